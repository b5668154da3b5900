package io.pulsewatch.client.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.testing.NamedServer;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A channel to a target that Pulsewatch knows, found as gRPC finds it. */
@Timeout(120)
@Tag("once")
final class ResolverIT {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  @TempDir Path data = Path.of("");
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private int port;
  private long failed;

  @BeforeEach
  void chooseAPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void callsFollowTheRegistry() throws Exception {
    PulsewatchServer server = serve();
    ManagedChannel channel = channel("pulsewatch://127.0.0.1:" + port + "/orders");
    PulsewatchSender first = start("a");
    callUntil(channel, Set.of("a"));
    failed = 0;
    start("b");
    callUntil(channel, Set.of("a", "b"));
    first.reportStatus(Status.STATUS_DRAINING);
    callUntil(channel, Set.of("b"));
    server.close();
    callFor(channel, 1_000);
    serve();
    callFor(channel, 2_500); // longer than the client waits before it comes back
    start("c");
    callUntil(channel, Set.of("b", "c"));
    assertThat(failed).isZero();
  }

  @Test
  void whoRegistersOneOfHisOwnSaysHowServersAreAsked() throws Exception {
    serve();
    PulsewatchResolverProvider own =
        new PulsewatchResolverProvider(
            () -> PulsewatchWatcher.builder().server("127.0.0.1:" + port).token(() -> "unused"));
    NameResolverRegistry.getDefaultRegistry().register(own);
    assertThat(NameResolverRegistry.getDefaultRegistry().getDefaultScheme())
        .as("of targets without one")
        .isEqualTo("dns");
    open.push(() -> NameResolverRegistry.getDefaultRegistry().deregister(own));
    start("a");
    callUntil(channel("pulsewatch:///orders"), Set.of("a"));
  }

  @Test
  void aTargetWithoutAServiceIsRefused() {
    assertThatThrownBy(() -> channel("pulsewatch://127.0.0.1:1/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names no service");
  }

  private PulsewatchServer serve() throws IOException {
    PulsewatchServer server =
        PulsewatchServer.builder().listen("127.0.0.1", port).ioThreads(1).data(data).start();
    open.push(server);
    return server;
  }

  private ManagedChannel channel(String target) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    open.push(channel::shutdownNow);
    return channel;
  }

  private PulsewatchSender start(String name) throws IOException {
    NamedServer backend = new NamedServer(name);
    open.push(backend);
    PulsewatchSender sender =
        PulsewatchSender.builder("orders", name)
            .server("127.0.0.1:" + port)
            .interval(Duration.ofMillis(500))
            .endpoint("grpc", "localhost", backend.port())
            .start();
    open.push(sender);
    return sender;
  }

  /** Calls until a round of calls was answered by these and by nobody else. */
  private void callUntil(ManagedChannel channel, Set<String> names) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    Set<String> round = Set.of();
    while (!round.equals(names)) {
      assertThat(System.nanoTime() - until).as("answered at last by " + round).isNegative();
      round = new HashSet<>();
      for (int i = 0; i < 10 * names.size(); i++) {
        call(channel, round);
      }
    }
  }

  private void callFor(ManagedChannel channel, long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() - until < 0) {
      call(channel, new HashSet<>());
    }
  }

  private void call(ManagedChannel channel, Set<String> answered) {
    try {
      answered.add(NamedServer.ask(channel));
    } catch (StatusRuntimeException e) {
      failed++;
    }
  }
}
