package io.pulsewatch.server.runtime;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpDecoderConfig;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.pulsewatch.server.metrics.WebMeter;
import io.pulsewatch.server.web.Site;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The web port's sockets, on event loops of their own: what a page costs pauses none that reads
 * heartbeats. With its connections it knows which Netty is inside grpc-netty-shaded: see
 * docs/decisions/0012.
 *
 * <p>Thread-safe.
 */
public final class WebServer implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int BACKLOG = 1_024;

  private final IoBackend backend = IoBackend.best();
  private final WebSettings settings;
  private final Site site;
  private final WebMeter meter;
  private final @Nullable SslContext tls;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(THREADS, new Threads("web"), backend.handlers());
  private volatile @Nullable Channel listening;

  /**
   * Creates the server; {@link #start} starts it.
   *
   * @param credentials as gRPC has them: with TLS or without
   */
  public WebServer(WebSettings settings, ServerCredentials credentials, Site site, WebMeter meter) {
    this.settings = settings;
    this.tls = tls(credentials);
    this.site = site;
    this.meter = meter;
  }

  /**
   * Begins to listen.
   *
   * @return the port
   * @throws IOException if the address cannot be bound
   */
  public int start(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(backend.channelType())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(new Connections())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("web port: cannot listen on " + address, bound.cause());
    }
    listening = bound.channel();
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  /**
   * Gives the port back, then closes all connections, after what they were told last: an event loop
   * that shuts down closes its sockets first, so what waits in it is waited for. Idempotent.
   */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // daemons; nobody waits for them
  public void close() {
    if (loops.isShuttingDown()) {
      return;
    }
    Channel bound = listening;
    if (bound != null) {
      bound.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
    for (EventExecutor loop : loops) {
      loop.submit(() -> {}).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** The same keys and the same trust as gRPC's, which follow their files by themselves. */
  private static @Nullable SslContext tls(ServerCredentials credentials) {
    if (!(credentials instanceof TlsServerCredentials shown)) {
      return null;
    }
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(shown.getKeyManagers().get(0))
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2");
      if (shown.getClientAuth() == TlsServerCredentials.ClientAuth.REQUIRE) {
        builder.trustManager(shown.getTrustManagers().get(0)).clientAuth(ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS for the web port", e);
    }
  }

  /** Puts the handlers of one connection in a row. */
  private final class Connections extends ChannelInitializer<Channel> {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the channel's own
    protected void initChannel(Channel channel) {
      boolean tooMany = meter.onConnected() > settings.maxOpen();
      channel.closeFuture().addListener(closed -> meter.onDisconnected());
      WebConnection connection = new WebConnection(settings, site, meter, tooMany);
      ChannelPipeline row = channel.pipeline();
      if (tls != null) {
        row.addLast(tls.newHandler(channel.alloc()));
      }
      row.addLast(connection.firstBytes());
      row.addLast(
          new HttpServerCodec(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(settings.maxHeaderBytes())
                  .setMaxHeaderSize(settings.maxHeaderBytes())));
      row.addLast(new WholeRequests(settings.maxBodyBytes()));
      row.addLast(connection);
    }
  }
}
