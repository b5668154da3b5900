package io.pulsewatch.server;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.pulsewatch.server.ledger.LedgerException;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.runtime.WebServer;
import io.pulsewatch.server.security.Guard;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A Pulsewatch server: who is alive, and every change of it.
 *
 * <pre>{@code
 * try (PulsewatchServer server = PulsewatchServer.builder().listen("127.0.0.1", 5780).start()) {
 *   server.awaitTermination();
 * }
 * }</pre>
 *
 * <p>Thread-safe. Its threads are daemons. {@link #close} says goodbye to every stream and takes a
 * few seconds at the most.
 */
public final class PulsewatchServer implements AutoCloseable {
  private final Server grpc;
  private final Wiring wiring;
  private final int port;
  private final @Nullable WebServer web;
  private final int webPort;
  private final AtomicBoolean closing = new AtomicBoolean();

  private PulsewatchServer(Server grpc, Wiring wiring, @Nullable WebServer web, int webPort) {
    this.grpc = grpc;
    this.wiring = wiring;
    this.port = grpc.getPort();
    this.web = web;
    this.webPort = webPort;
  }

  public static ServerBuilder builder() {
    return new ServerBuilder();
  }

  static PulsewatchServer start(
      ServerBuilder options,
      InetSocketAddress address,
      @Nullable InetSocketAddress webAddress,
      Clocks clocks)
      throws IOException {
    Guard guard =
        new Guard(options.securityFiles(), clocks.wallMillis(), System.getLogger("io.pulsewatch"));
    Wiring wiring = wire(options, address, clocks, guard);
    WebServer web = null;
    try {
      NettyServerBuilder netty = options.limits().grpc().builder(address, guard.credentials());
      wiring.install(netty);
      web = webAddress == null ? null : wiring.web(guard.credentials());
      Server grpc = netty.build();
      int webPort = web == null ? 0 : bind(web, Objects.requireNonNull(webAddress), options);
      wiring.start();
      return new PulsewatchServer(grpc.start(), wiring, web, webPort);
    } catch (IOException | RuntimeException e) {
      if (web != null) {
        web.close();
      }
      wiring.close();
      throw e;
    }
  }

  private static int bind(WebServer web, InetSocketAddress address, ServerBuilder options)
      throws IOException {
    try {
      return web.start(address);
    } catch (IOException taken) {
      if (options.isWebOptional()) {
        web.close();
        return 0;
      }
      throw taken;
    }
  }

  private static Wiring wire(
      ServerBuilder options, InetSocketAddress address, Clocks clocks, Guard guard)
      throws UnusableDataException {
    try {
      Storage storage = Storage.open(options.dataDirectory(), options.limits(), clocks.now());
      try {
        return new Wiring(
            options, storage, address.getAddress().isLoopbackAddress(), clocks, guard);
      } catch (RuntimeException e) {
        storage.close();
        throw e;
      }
    } catch (LedgerException e) {
      throw new UnusableDataException(e);
    }
  }

  /** The port that it listens on, or listened on before it was closed. */
  public int port() {
    return port;
  }

  /** The port of the web side; 0 where it has none. */
  public int webPort() {
    return webPort;
  }

  /** Waits until it is closed. */
  public void awaitTermination() throws InterruptedException {
    grpc.awaitTermination();
  }

  /** Says goodbye and stops. Nobody is declared dead for it. Idempotent. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    wiring.sayGoodbye();
    grpc.shutdown();
    try {
      if (!grpc.awaitTermination(1, TimeUnit.SECONDS)) {
        grpc.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      grpc.shutdownNow();
      Thread.currentThread().interrupt();
    }
    wiring.close();
    if (web != null) {
      web.close();
    }
  }
}
