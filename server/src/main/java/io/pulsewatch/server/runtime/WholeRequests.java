package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;

/** Puts requests together, and refuses bodies that are too large. Confined to its event loop. */
final class WholeRequests extends HttpObjectAggregator {
  WholeRequests(int maxBodyBytes) {
    super(maxBodyBytes);
  }

  /** Told by the connection, in the shape that all refusals have. */
  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    ctx.fireUserEventTriggered(TooLarge.BODY);
  }

  /** What is too large. */
  enum TooLarge {
    BODY
  }
}
