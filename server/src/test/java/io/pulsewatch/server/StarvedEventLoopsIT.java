package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.FixedDetector;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Event loops that a task keeps from reading while the liveness loop runs on: nobody is doubted for
 * it, and whoever really ends is found. The whole server, two event loops, many streams.
 */
@Timeout(120)
final class StarvedEventLoopsIT {
  /** Three times and more what is promised: the machine is shared. bench/ shows the promise. */
  private static final int LATE_MILLIS = 2_000;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private volatile Stall stall = new Stall("nobody", System.nanoTime());

  /** Threads whose names begin like this wait until then, in their next look at the clock. */
  private record Stall(String threads, long untilNanos) {}

  private long nanos() {
    Stall now = stall;
    long left = now.untilNanos - System.nanoTime();
    while (left > 0 && Thread.currentThread().getName().startsWith(now.threads)) {
      LockSupport.parkNanos(left);
      left = now.untilNanos - System.nanoTime();
    }
    return System.nanoTime();
  }

  /** Holds them from the next tick on, which comes within 10 ms. */
  private void hold(String threads, int forMillis) {
    stall = new Stall(threads, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(forMillis));
  }

  private PulsewatchServer server() throws IOException {
    return grpc.add(
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(2)
            .start(new Clocks(this::nanos, System::currentTimeMillis)));
  }

  /**
   * With half of the clients on each event loop, or all of them behind one connection. One of them
   * ends in the middle of it.
   */
  @ParameterizedTest
  @CsvSource({
    "pulsewatch-io-, 200, 4, 250, 1500, 3000",
    "pulsewatch-io-1, 200, 4, 250, 1500, 3000",
    "pulsewatch-io-, 2000, 1, 1000, 3000, 4000"
  })
  void nobodyIsDoubtedButWhoReallyEnds(
      String threads, int clients, int channels, int interval, int timeout, int stallMillis)
      throws Exception {
    PulsewatchServer server = server();
    ManagedChannel watching = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(watching);
    List<BeatingClient> beating = clients(server.port(), clients, channels, interval, timeout);
    for (int i = 0; i < clients; i++) {
      watch.next(change -> change.getCause() == Cause.CAUSE_REGISTERED);
    }
    BeatingClient.awaitAcks(beating);

    hold(threads, stallMillis);
    Thread.sleep(stallMillis / 2);
    beating.get(0).fallSilent();
    long silentNanos = System.nanoTime();
    Thread.sleep(stallMillis / 2);
    List<BeatingClient> living = beating.subList(1, clients);
    BeatingClient.awaitAcks(living);
    watch.next("orders/0", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
    Change dead = watch.next("orders/0", State.STATE_DEAD, Cause.CAUSE_SILENCE);
    long toldMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - silentNanos);

    Measured.say(
        "event loops %s held for %d ms, %d clients on %d connections, timeout %d ms: %d changes,"
            + " %d resumes; one that ended meanwhile is DEAD after %d ms",
        threads,
        stallMillis,
        clients,
        channels,
        timeout,
        watch.changes().size(),
        living.stream().mapToInt(BeatingClient::resumes).sum(),
        toldMillis);
    assertThat(toldMillis).isLessThan(timeout + stallMillis + LATE_MILLIS);
    assertThat(WatchLog.silenceMillis(dead)).isGreaterThanOrEqualTo(timeout);
    Duration paused = Sockets.state(watching).getPaused();
    assertThat(paused.getSeconds() * 1_000 + paused.getNanos() / 1_000_000)
        .isGreaterThan(2L * stallMillis / 3);
    assertNobodyElse(watch, clients);
    for (BeatingClient client : living) {
      assertThat(new HashSet<>(client.incarnations())).hasSize(1);
      assertThat(client.faults()).isEmpty();
    }
  }

  /** After 10 s nobody is judged, on whatever event loop; and we say that we see nothing. */
  @Tag("once")
  @Test
  void aBlindServerJudgesNobodyAndSaysSo() throws Exception {
    PulsewatchServer server = server();
    ManagedChannel free = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(free); // the first connection is the first event loop's
    List<BeatingClient> beating = clients(server.port(), 40, 4, 250, 1_500);
    BeatingClient.awaitAcks(beating);
    BeatingClient other = beatingOn(free, "orders/other");
    assertThat(health(free)).isEqualTo(ServingStatus.SERVING);

    hold("pulsewatch-io-1", 12_000);
    long heldNanos = System.nanoTime();
    Thread.sleep(5_000);
    assertThat(health(free)).as("not yet blind").isEqualTo(ServingStatus.SERVING);
    assertThat(Sockets.state(free).getDetectorMode()).isEqualTo(DetectorMode.DETECTOR_MODE_PAUSED);
    Thread.sleep(4_500);
    other.fallSilent(); // its deadline lies in the time in which we are blind
    Thread.sleep(2_000);
    assertThat(health(free)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(watch.story("orders/other")).containsExactly("ALIVE REGISTERED");
    watch.next("orders/other", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    // Its own event loop was awake, so its silence counts as soon as we judge again.
    Change dead = watch.next("orders/other", State.STATE_DEAD, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(dead)).isGreaterThanOrEqualTo(1_500);
    long sinceMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heldNanos);
    assertThat(sinceMillis).as("when we saw again").isBetween(12_000L, 12_000L + LATE_MILLIS);
    assertThat(health(free)).isEqualTo(ServingStatus.SERVING);
    BeatingClient.awaitAcks(beating);
    Thread.sleep(2_000);
    assertThat(watch.changes())
        .filteredOn(change -> change.getInstance().getService().equals("orders"))
        .filteredOn(change -> !change.getInstance().getInstanceId().equals("other"))
        .allMatch(change -> change.getCause() == Cause.CAUSE_REGISTERED);
  }

  private static void assertNobodyElse(WatchLog watch, int clients) {
    assertThat(watch.changes())
        .filteredOn(change -> !WatchLog.name(change).equals("orders/0"))
        .hasSize(clients - 1)
        .allMatch(change -> change.getCause() == Cause.CAUSE_REGISTERED);
  }

  private BeatingClient beatingOn(ManagedChannel channel, String name) throws InterruptedException {
    BeatingClient client = client(channel, Sockets.timer(grpc), name, 250, 1_500).start();
    BeatingClient.awaitAcks(List.of(client));
    return client;
  }

  private List<BeatingClient> clients(
      int port, int count, int connections, int interval, int timeout) {
    ScheduledExecutorService timer = Sockets.timer(grpc);
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      channels.add(Sockets.channel(grpc, port));
    }
    List<BeatingClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BeatingClient client =
          client(channels.get(i % connections), timer, "orders/" + i, interval, timeout);
      clients.add(client.start());
    }
    return clients;
  }

  /** It waits however long its stream is silent, and is suspected as late as may be. */
  private static BeatingClient client(
      ManagedChannel channel,
      ScheduledExecutorService timer,
      String name,
      int interval,
      int timeout) {
    FixedDetector fixed =
        FixedDetector.newBuilder().setAfter(millis(timeout - (timeout - interval) / 4)).build();
    return new BeatingClient(
            channel,
            timer,
            System::nanoTime,
            register(name, interval, timeout, timeout)
                .setProcessId("p" + name)
                .setDetector(Detector.newBuilder().setFixed(fixed))
                .build())
        .patient();
  }

  private static ServingStatus health(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }
}
