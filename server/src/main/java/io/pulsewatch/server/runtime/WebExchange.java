package io.pulsewatch.server.runtime;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.pulsewatch.server.web.Exchange;
import io.pulsewatch.server.web.WebAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request's way back through its connection.
 *
 * <p>Thread-safe: whatever comes from elsewhere hops to the event loop. A flow counts what was
 * handed to it and is not written yet: a channel knows only what it has seen.
 */
final class WebExchange implements Exchange {
  private final ChannelHandlerContext ctx;
  private final WebConnection connection;
  private final boolean keepAlive;
  private final HttpVersion version;
  private @Nullable OpenFlow flow;

  private boolean begun;

  WebExchange(
      ChannelHandlerContext ctx,
      WebConnection connection,
      boolean keepAlive,
      @Nullable FullHttpRequest request) {
    this.ctx = ctx;
    this.connection = connection;
    this.keepAlive = keepAlive;
    this.version = request == null ? HttpVersion.HTTP_1_1 : request.protocolVersion();
  }

  @Override
  public void execute(Runnable task) {
    try {
      ctx.executor().execute(task);
    } catch (RejectedExecutionException closed) {
      // The web port is closed, and with it this connection.
    }
  }

  @Override
  public void answer(WebAnswer answer) {
    if (ctx.executor().inEventLoop()) {
      write(answer);
    } else {
      execute(() -> write(answer));
    }
  }

  @Override
  public Flow flow(String contentType, Runnable onWritten, Runnable onGone) {
    OpenFlow open = new OpenFlow(contentType, onWritten, onGone);
    flow = open;
    return open;
  }

  /** On the event loop: a flow, or what will be one if nobody refuses it. */
  boolean isFlowing() {
    return flow != null;
  }

  /** The connection is closed. */
  void onGone() {
    begun = true;
    if (flow != null) {
      flow.gone();
    }
  }

  private void write(WebAnswer answer) {
    if (begun) {
      return;
    }
    begun = true;
    if (flow != null) {
      flow.gone();
      flow = null;
    }
    ByteBuf text = Unpooled.wrappedBuffer(answer.text().getBytes(StandardCharsets.UTF_8));
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), text);
    head(response, answer.contentType());
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    HttpUtil.setContentLength(response, text.readableBytes());
    HttpUtil.setKeepAlive(response.headers(), version, keepAlive);
    connection.onAnswer(answer.status());
    connection.onWritten(ctx, ctx.writeAndFlush(response), keepAlive);
  }

  /** What every answer says: it is as of now, and nothing else than it says it is. */
  private static void head(HttpResponse response, String contentType) {
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("x-content-type-options", "nosniff");
  }

  /** An answer that stays open. */
  private final class OpenFlow implements Flow {
    private final String contentType;
    private final Runnable onWritten;
    private final Runnable onGone;
    private final AtomicInteger unwritten = new AtomicInteger();

    /** Confined to the event loop. */
    private boolean over;

    OpenFlow(String contentType, Runnable onWritten, Runnable onGone) {
      this.contentType = contentType;
      this.onWritten = onWritten;
      this.onGone = onGone;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // its listener has it
    public void send(Supplier<ByteBuffer> part) {
      unwritten.incrementAndGet();
      execute(
          () -> {
            if (!over) {
              begin();
              write(new DefaultHttpContent(Unpooled.wrappedBuffer(part.get())))
                  .addListener(done -> onWritten());
              connection.onFlowing(ctx, unwritten.get() > 0);
            }
          });
    }

    @Override
    public void end() {
      execute(
          () -> {
            if (!over) {
              begin();
              connection.onWritten(ctx, write(LastHttpContent.EMPTY_LAST_CONTENT), false);
              gone();
            }
          });
    }

    private void onWritten() {
      if (unwritten.decrementAndGet() == 0 && !over) {
        connection.onFlowing(ctx, false);
        onWritten.run();
      }
    }

    private void begin() {
      if (begun) {
        return;
      }
      begun = true;
      HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      head(response, contentType);
      // Who knows no chunks reads to the end of the connection.
      HttpUtil.setTransferEncodingChunked(response, version.isKeepAliveDefault());
      HttpUtil.setKeepAlive(response.headers(), version, false);
      connection.onAnswer(HttpResponseStatus.OK.code());
      write(response);
    }

    /** A write that fails closes the connection, and that is told. */
    @CanIgnoreReturnValue
    private ChannelFuture write(Object part) {
      return ctx.writeAndFlush(part);
    }

    /** On the event loop. Idempotent. */
    void gone() {
      if (!over) {
        over = true;
        onGone.run();
      }
    }
  }
}
