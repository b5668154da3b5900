package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpLineException;
import io.pulsewatch.server.metrics.WebMeter;
import io.pulsewatch.server.web.Refusal;
import io.pulsewatch.server.web.Site;
import io.pulsewatch.server.web.WebAnswer;
import io.pulsewatch.server.web.WebRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the web port: one request after another, and patience for none that dawdles.
 *
 * <p>A request that comes while another is answered waits, and the socket is read no further; a
 * connection that carries a flow of events is read on, so that its end is seen, and is closed if
 * more is asked on it.
 *
 * <p>Confined to its event loop.
 */
final class WebConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch.web");

  private final WebSettings settings;
  private final Site site;
  private final WebMeter meter;
  private final boolean tooMany;
  private final Deque<FullHttpRequest> waiting = new ArrayDeque<>();
  private @Nullable WebExchange current;
  private @Nullable ScheduledFuture<?> patience;

  /** A part of a flow waits to be written. From the request on: what comes first is late, too. */
  private boolean stalling;

  /** Part of a request was read, and it is not whole yet. */
  private boolean reading;

  /**
   * Creates the connection's last handler.
   *
   * @param tooMany there are as many as may: its first request is refused
   */
  WebConnection(WebSettings settings, Site site, WebMeter meter, boolean tooMany) {
    this.settings = settings;
    this.site = site;
    this.meter = meter;
    this.tooMany = tooMany;
  }

  /** Sees bytes before anybody understands them. */
  ChannelHandler firstBytes() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (current == null && !reading) {
          reading = true;
          closeAfter(ctx, requestSeconds());
        }
        ctx.fireChannelRead(message);
      }
    };
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    closeAfter(ctx, requestSeconds());
    ctx.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    reading = false;
    WebExchange open = current;
    if (open == null) {
      begin(ctx, request);
    } else if (open.isFlowing()) {
      close(ctx);
    } else {
      waiting.addLast(request.retain());
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == WholeRequests.TooLarge.BODY) {
      refuse(ctx, 413, "TOO_LARGE", "body: at most " + settings.maxBodyBytes() + " bytes.");
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopWaiting();
    waiting.forEach(FullHttpRequest::release);
    waiting.clear();
    WebExchange open = current;
    if (open != null) {
      open.onGone();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException || cause instanceof DecoderException)) {
      LOGGER.log(System.Logger.Level.WARNING, "a web connection failed", cause);
    }
    close(ctx);
  }

  /** One too many is only told so: it must not keep a place that nobody counts. */
  private int requestSeconds() {
    return tooMany ? 1 : settings.requestSeconds();
  }

  private void begin(ChannelHandlerContext ctx, FullHttpRequest request) {
    Throwable malformed = request.decoderResult().cause();
    if (tooMany) {
      refuse(
          ctx,
          503,
          "LIMIT_WEB_CONNECTIONS",
          "This server has as many connections to its web port as it may. Wait, with jitter; or"
              + " raise max_web_connections.");
    } else if (malformed instanceof TooLongHttpLineException) {
      refuse(ctx, 414, "TOO_LONG", "address: at most " + settings.maxHeaderBytes() + " bytes.");
    } else if (malformed instanceof TooLongHttpHeaderException) {
      refuse(ctx, 431, "TOO_LONG", "headers: at most " + settings.maxHeaderBytes() + " bytes.");
    } else if (malformed != null) {
      refuse(ctx, 400, "BAD_REQUEST", "This is not HTTP/1.1 as we understand it.");
    } else {
      answer(ctx, request);
    }
  }

  private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
    closeAfter(ctx, settings.stallSeconds());
    stalling = true;
    WebExchange exchange = new WebExchange(ctx, this, HttpUtil.isKeepAlive(request), request);
    current = exchange;
    WebRequest asked;
    try {
      asked = WebRequests.of(request, ctx.channel().remoteAddress());
    } catch (IllegalArgumentException e) {
      exchange.answer(Refusal.of(400, "BAD_REQUEST", "address: " + e.getMessage()));
      return;
    }
    try {
      site.handle(asked, exchange);
    } catch (RuntimeException ours) { // the top of this request
      LOGGER.log(System.Logger.Level.ERROR, "a web request failed; this is a bug", ours);
      exchange.answer(Refusal.of(500, "BUG", "This server failed; its log says more."));
    }
  }

  /** The head of an answer goes out. */
  void onAnswer(int status) {
    meter.onAnswer(status);
  }

  /**
   * A part of a flow was handed to the socket.
   *
   * @param waits it is not written yet: that is waited for with impatience
   */
  void onFlowing(ChannelHandlerContext ctx, boolean waits) {
    if (waits != stalling) {
      stalling = waits;
      stopWaiting();
      if (waits) {
        closeAfter(ctx, settings.stallSeconds());
      }
    }
  }

  /** The answer was handed over; this tells when it was written. */
  @SuppressWarnings("FutureReturnValueIgnored") // the same that was given
  void onWritten(ChannelHandlerContext ctx, ChannelFuture written, boolean keepAlive) {
    written.addListener(
        (ChannelFutureListener)
            done -> {
              current = null;
              if (done.isSuccess() && keepAlive) {
                next(ctx);
              } else {
                close(ctx);
              }
            });
  }

  private void next(ChannelHandlerContext ctx) {
    FullHttpRequest request = waiting.pollFirst();
    if (request == null) {
      closeAfter(ctx, settings.idleSeconds());
      ctx.channel().config().setAutoRead(true);
      return;
    }
    try {
      begin(ctx, request);
    } finally {
      request.release();
    }
  }

  private void refuse(ChannelHandlerContext ctx, int status, String reason, String text) {
    closeAfter(ctx, settings.stallSeconds());
    WebExchange exchange = new WebExchange(ctx, this, false, null);
    current = exchange;
    WebAnswer answer = Refusal.of(status, reason, text);
    exchange.answer(answer);
  }

  private void closeAfter(ChannelHandlerContext ctx, int seconds) {
    stopWaiting();
    patience = ctx.executor().schedule(() -> close(ctx), seconds, TimeUnit.SECONDS);
  }

  private void stopWaiting() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells
  private static void close(ChannelHandlerContext ctx) {
    ctx.close();
  }
}
