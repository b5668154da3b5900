package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.FixedDetector;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our own slowness is no evidence: a server that stands still for longer than its clients' timeout
 * declares nobody dead, and doubts nobody, but for one that really is silent.
 */
@Tag("once")
@Timeout(180)
final class StoppedServerIT {
  private static final int CLIENTS = 200;
  private static final int CHANNELS = 4;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  @ParameterizedTest
  @ValueSource(ints = {2_000, 5_000})
  void nobodyIsDoubtedForOurPause(int stopMillis) throws Exception {
    ChildProcess server = grpc.add(ChildProcess.start(ChildServer.class, "0"));
    int port = Integer.parseInt(server.line());
    ManagedChannel watching = Sockets.channel(grpc, port);
    WatchLog watch = WatchLog.open(watching);
    List<BeatingClient> clients = clients(port);
    for (int i = 0; i < CLIENTS; i++) {
      watch.next(change -> change.getCause() == Cause.CAUSE_REGISTERED);
    }
    Thread.sleep(1_500);

    server.signal("STOP");
    long stopped = System.nanoTime();
    Thread.sleep(stopMillis);
    server.signal("CONT");
    long stoodMillis = (System.nanoTime() - stopped) / 1_000_000;
    BeatingClient.awaitAcks(clients);
    Thread.sleep(3_000);

    List<Change> changes = watch.changes();
    GetServerStateResponse state = Sockets.state(watching);
    long pausedMillis = state.getPaused().getSeconds() * 1_000;
    int resumes = clients.stream().mapToInt(BeatingClient::resumes).sum();
    Measured.say(
        "server stopped for %d ms, %d clients with a timeout of 1500 ms: %d changes,"
            + " %d SUSPECT, %d DEAD, %d resumes; paused %d s",
        stoodMillis,
        CLIENTS,
        changes.size(),
        count(changes, State.STATE_SUSPECT),
        count(changes, State.STATE_DEAD),
        resumes,
        state.getPaused().getSeconds());

    assertThat(changes)
        .as("changes that are no registration")
        .filteredOn(change -> change.getCause() != Cause.CAUSE_REGISTERED)
        .isEmpty();
    assertThat(changes).hasSize(CLIENTS);
    assertThat(pausedMillis).isGreaterThanOrEqualTo(stopMillis - 1_000);
    for (BeatingClient client : clients) {
      assertThat(new HashSet<>(client.incarnations())).hasSize(1);
      assertThat(client.faults()).isEmpty();
    }
    // And it still judges: one that falls silent now is doubted, and dead in time.
    clients.get(7).fallSilent();
    Change suspect = watch.next("orders/7", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(suspect)).isGreaterThanOrEqualTo(1_187);
    Change dead = watch.next("orders/7", State.STATE_DEAD, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(dead)).isGreaterThanOrEqualTo(1_500);
  }

  private List<BeatingClient> clients(int port) {
    ScheduledExecutorService timer = Sockets.timer(grpc);
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      channels.add(Sockets.channel(grpc, port));
    }
    List<BeatingClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      BeatingClient client =
          new BeatingClient(
              channels.get(i % CHANNELS),
              timer,
              System::nanoTime,
              register("orders/" + i, 250, 1_500, 1_500)
                  .setProcessId("p" + i)
                  // As late as it may be, for the sake of a test JVM that is starved itself.
                  .setDetector(
                      Detector.newBuilder()
                          .setFixed(FixedDetector.newBuilder().setAfter(millis(1_187))))
                  .build());
      // Half of them resume when their stream is silent, half of them wait and go on beating.
      clients.add((i / CHANNELS % 2 == 0 ? client : client.patient()).start());
    }
    return clients;
  }

  private static long count(List<Change> changes, State state) {
    return changes.stream().filter(change -> change.getInstance().getState() == state).count();
  }
}
