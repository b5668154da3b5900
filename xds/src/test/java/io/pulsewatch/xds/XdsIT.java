package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.client.WatchListener;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.testing.NamedServer;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** gRPC's own xDS client in front of three backends. */
@Timeout(120)
@Tag("once")
final class XdsIT {
  private static final String BOOTSTRAP = "io.grpc.xds.bootstrapConfig";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long AFTER_THE_EVENT_MILLIS = 50;

  @TempDir Path data = Path.of("");
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private int port;
  private ManagedChannel client;
  private long failed;

  @BeforeEach
  void chooseAPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    System.setProperty(
        BOOTSTRAP,
        "{\"xds_servers\":[{\"server_uri\":\"127.0.0.1:"
            + port
            + "\",\"channel_creds\":[{\"type\":\"insecure\"}],\"server_features\":[\"xds_v3\"]}],"
            + "\"node\":{\"id\":\"XdsIT\"}}");
    client = Grpc.newChannelBuilder("xds:///orders", InsecureChannelCredentials.create()).build();
    open.push(client::shutdownNow);
  }

  @AfterEach
  void close() throws Exception {
    System.clearProperty(BOOTSTRAP);
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void thePoolFollowsTheRegistry() throws Exception {
    PulsewatchServer server = serve();
    List<PulsewatchSender> senders = List.of(start("a"), start("b"));
    Backend victim = new Backend("c");
    open.push(victim);
    victim.register(port);
    callUntil(Set.of("a", "b", "c"));

    CompletableFuture<Void> event = new CompletableFuture<>();
    open.push(
        PulsewatchWatcher.builder()
            .server("127.0.0.1:" + port)
            .service("orders")
            .listener(
                new WatchListener() {
                  @Override
                  public void onChange(Change change) {
                    if (change.getInstance().getState() == State.STATE_SUSPECT) {
                      event.complete(null);
                    }
                  }
                })
            .start());
    callFor(500); // so that the watcher is there
    victim.close();
    event.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    Thread.sleep(AFTER_THE_EVENT_MILLIS);
    failed = 0;
    assertThat(callFor(500)).containsExactlyInAnyOrder("a", "b");
    assertThat(failed).as("calls that failed after the event + 50 ms").isZero();

    server.close();
    assertThat(callFor(1_500)).as("Pulsewatch is gone").containsExactlyInAnyOrder("a", "b");
    serve();
    callUntilTold("d");
    assertThat(failed).as("calls that failed while Pulsewatch was gone, or came back").isZero();

    senders.get(0).reportStatus(Status.STATUS_DRAINING);
    callUntil(Set.of("b", "d"));
    assertThat(failed).as("calls that failed by a drain").isZero();
  }

  private PulsewatchServer serve() throws IOException {
    PulsewatchServer server =
        PulsewatchServer.builder()
            .listen("127.0.0.1", port)
            .ioThreads(1)
            .data(data)
            .withExtension(Xds.extension())
            .start();
    open.push(server);
    return server;
  }

  private PulsewatchSender start(String name) throws IOException {
    Backend backend = new Backend(name);
    PulsewatchSender sender =
        PulsewatchSender.builder("orders", name)
            .server("127.0.0.1:" + port)
            .interval(Duration.ofMillis(500))
            .endpoint("grpc", "localhost", backend.port())
            .start();
    open.push(backend);
    open.push(sender);
    return sender;
  }

  /** One more backend is there, and is called. */
  private void callUntilTold(String name) throws IOException {
    start(name);
    callUntil(Set.of("a", "b", name));
  }

  /** Calls until a round of calls was answered by these and by nobody else. */
  private void callUntil(Set<String> names) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    Set<String> round = Set.of();
    while (!round.equals(names)) {
      assertThat(System.nanoTime() - until).as("answered at last by " + round).isNegative();
      round = new HashSet<>();
      for (int i = 0; i < 10 * names.size(); i++) {
        call(round);
      }
    }
  }

  private Set<String> callFor(long millis) {
    Set<String> answered = new HashSet<>();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() - until < 0) {
      call(answered);
    }
    return answered;
  }

  private void call(Set<String> answered) {
    try {
      answered.add(NamedServer.ask(client));
    } catch (StatusRuntimeException e) {
      failed++;
    }
  }
}
