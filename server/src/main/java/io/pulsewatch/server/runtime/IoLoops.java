package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.transport.StreamLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The event loops that read and write all streams. With its handler, its backends, {@link
 * ProbeSockets} and {@link WebServer} the only class that knows which Netty is inside
 * grpc-netty-shaded: its packages are no promised API.
 *
 * <p>Thread-safe.
 */
final class IoLoops implements StreamLoop.Finder, AutoCloseable {
  private static final int ACCEPTORS = 1;

  private final IoBackend backend;
  private final EventLoopGroup acceptors;
  private final EventLoopGroup workers;
  private final List<IoLoop> loops;
  private final boolean measures;

  /**
   * Makes the event loops.
   *
   * @param measures whether anybody asks how busy they are
   */
  IoLoops(
      IoBackend backend,
      int threads,
      ThreadFactory threadFactory,
      LongSupplier nanoTicker,
      boolean measures) {
    this.backend = backend;
    this.measures = measures;
    List<CountingIoHandler> handlers = new ArrayList<>();
    IoHandlerFactory factory = backend.handlers();
    this.acceptors = new MultiThreadIoEventLoopGroup(ACCEPTORS, threadFactory, factory);
    this.workers =
        new MultiThreadIoEventLoopGroup(
            threads,
            threadFactory,
            owner -> {
              CountingIoHandler handler =
                  new CountingIoHandler(factory.newHandler(owner), owner, nanoTicker, measures);
              handlers.add(handler);
              return handler;
            });
    List<IoLoop> found = new ArrayList<>();
    for (EventExecutor executor : workers) {
      found.add(new IoLoop((EventLoop) executor, handlerOf(executor, handlers), nanoTicker));
    }
    this.loops = List.copyOf(found);
  }

  /** Gives the server these event loops. */
  void install(NettyServerBuilder builder) {
    builder
        .bossEventLoopGroup(acceptors)
        .workerEventLoopGroup(workers)
        .channelType(backend.channelType());
    if (measures) {
      builder.addStreamTracerFactory(new WorkMeter(loops));
    }
  }

  List<? extends Reader> readers() {
    return loops;
  }

  List<? extends LoadMeter.Worker> workers() {
    return loops;
  }

  /** Heartbeats that streams brought since the start. */
  long heartbeats() {
    long sum = 0;
    for (IoLoop loop : loops) {
      sum += loop.heartbeats();
    }
    return sum;
  }

  /** Streams whose register was read and is not answered. Any thread. */
  int registering() {
    int sum = 0;
    for (IoLoop loop : loops) {
      sum += loop.registering();
    }
    return sum;
  }

  @Override
  public StreamLoop current() {
    for (IoLoop loop : loops) {
      if (loop.isCurrent()) {
        return loop;
      }
    }
    throw new IllegalStateException("called off the event loops");
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // daemons; nobody waits for them
  public void close() {
    acceptors.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static CountingIoHandler handlerOf(
      EventExecutor executor, List<CountingIoHandler> handlers) {
    for (CountingIoHandler handler : handlers) {
      if (executor.equals(handler.owner())) {
        return handler;
      }
    }
    throw new IllegalStateException("an event loop without our handler");
  }
}
