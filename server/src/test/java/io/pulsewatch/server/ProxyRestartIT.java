package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A proxy in front of many restarts, and is away for longer than their resume window: nobody dies.
 */
@Timeout(120)
final class ProxyRestartIT {
  private static final int CLIENTS = 60;
  private static final int CHANNELS = 6;

  /** Others in the same network: 60 of 160 are more than 15 % of it, and less than half of all. */
  private static final int OTHERS = 100;

  private static final int RESUME_WINDOW_MILLIS = 2_000;
  private static final int AWAY_MILLIS = 3_500;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  @Test
  void nobodyBehindItIsDead() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    FaultProxy proxy = grpc.add(new FaultProxy(server.port()));
    ManagedChannel direct = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(direct);
    others(direct);
    List<BeatingClient> clients = clients(proxy);
    BeatingClient.awaitAcks(clients);
    int before = watch.changes().size();

    proxy.set(FaultProxy.Mode.REFUSE);
    proxy.cut();
    Thread.sleep(AWAY_MILLIS);
    DetectorMode meanwhile = Sockets.state(direct).getDetectorMode();
    proxy.set(FaultProxy.Mode.FORWARD);
    BeatingClient.awaitAcks(clients);

    List<Change> changes = watch.changes().subList(before, watch.changes().size());
    Measured.say(
        "proxy away for %d ms, %d clients with a resume window of %d ms: %d SUSPECT, %d DEAD,"
            + " %d RESUMED, mode %s",
        AWAY_MILLIS,
        CLIENTS,
        RESUME_WINDOW_MILLIS,
        count(changes, State.STATE_SUSPECT),
        count(changes, State.STATE_DEAD),
        changes.stream().filter(change -> change.getCause() == Cause.CAUSE_RESUMED).count(),
        meanwhile);
    assertThat(count(changes, State.STATE_DEAD)).isZero();
    assertThat(count(changes, State.STATE_SUSPECT)).as("told at once").isEqualTo(CLIENTS);
    assertThat(meanwhile).isEqualTo(DetectorMode.DETECTOR_MODE_PRESERVATION);
    for (BeatingClient client : clients) {
      assertThat(new HashSet<>(client.incarnations())).hasSize(1);
    }
    assertThat(Sockets.state(direct).getDetectorMode())
        .as("it ends by itself")
        .isNotEqualTo(DetectorMode.DETECTOR_MODE_PRESERVATION);
  }

  /** They come by a beat each, and are not heard again for a minute. */
  private static void others(ManagedChannel direct) {
    for (int i = 0; i < OTHERS; i++) {
      HeartbeatServiceGrpc.newBlockingStub(direct)
          .beat(
              BeatRequest.newBuilder()
                  .setRegister(register("cron/" + i, 60_000, 180_000, 180_000))
                  .build());
    }
  }

  private List<BeatingClient> clients(FaultProxy proxy) {
    ScheduledExecutorService timer = Sockets.timer(grpc);
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      channels.add(Sockets.channel(grpc, proxy.port()));
    }
    List<BeatingClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          new BeatingClient(
                  channels.get(i % CHANNELS),
                  timer,
                  System::nanoTime,
                  register("orders/" + i, 1_000, 20_000, RESUME_WINDOW_MILLIS)
                      .setProcessId("p" + i)
                      .build())
              .start());
    }
    return clients;
  }

  private static long count(List<Change> changes, State state) {
    return changes.stream().filter(change -> change.getInstance().getState() == state).count();
  }
}
