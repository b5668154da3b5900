package io.pulsewatch.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's channels, made for a process that lives for moments. Guarded by {@code lock}.
 *
 * <p>They differ from the client's own in the event loop: one thread, without Netty's native
 * library, which takes a tenth of a second to unpack and load, and with an end. A JVM that exits
 * while a thread waits in native code waits 300 ms for it, so {@link #close} ends that thread.
 */
final class Connections implements Dialer, AutoCloseable {
  private static final String NO_NATIVE = "io.grpc.netty.shaded.io.netty.transport.noNative";
  private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
  private static final long CLOSE_MILLIS = 100;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable EventLoopGroup eventLoop;

  @Override
  public ManagedChannel dial(String address, ChannelCredentials credentials) {
    return NettyChannelBuilder.forTarget(address, credentials)
        .eventLoopGroup(eventLoop())
        .channelType(NioSocketChannel.class)
        .proxyDetector(target -> null)
        .disableServiceConfigLookUp()
        .disableRetry()
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .build();
  }

  /** Ends the event loop. */
  @Override
  public void close() {
    synchronized (lock) {
      if (eventLoop != null) {
        eventLoop
            .shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(2 * CLOSE_MILLIS);
      }
    }
  }

  private EventLoopGroup eventLoop() {
    synchronized (lock) {
      if (eventLoop == null) {
        System.setProperty(NO_NATIVE, "true");
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        eventLoop =
            new MultiThreadIoEventLoopGroup(1, Connections::thread, NioIoHandler.newFactory());
      }
      return eventLoop;
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "pulsewatch-io-1");
    thread.setDaemon(true);
    return thread;
  }
}
