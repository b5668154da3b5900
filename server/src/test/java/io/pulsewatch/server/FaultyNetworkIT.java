package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Senders behind a network that resets, stalls and swallows. */
@Timeout(120)
final class FaultyNetworkIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private FaultProxy proxy;
  private ManagedChannel direct;
  private ManagedChannel faulty;
  private WatchLog watch;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    PulsewatchServer server = Sockets.server(grpc);
    proxy = grpc.add(new FaultProxy(server.port()));
    direct = Sockets.channel(grpc, server.port());
    faulty = Sockets.channel(grpc, proxy.port());
    watch = WatchLog.open(direct);
  }

  @Test
  void aResetIsADoubtAndAResumeWithdrawsIt() throws InterruptedException {
    TestStream stream = TestStream.open(faulty, PATIENCE_MILLIS);
    stream.send(register("orders/a", 10_000, 60_000, 60_000).setProcessId("p"));
    Registered first = stream.registered();
    watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    stream.send(heartbeat(17));
    stream.ack();
    proxy.cut();

    assertThat(stream.fault().code()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
    Change suspect = watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST);
    assertThat(suspect.getEvidence().getTransportError()).isNotEmpty();
    assertThat(suspect.getEvidence().getLastSequence()).isEqualTo(17);
    assertThat(Sockets.instance(direct, "orders/a").getState()).isEqualTo(State.STATE_SUSPECT);

    TestStream next = TestStream.open(faulty, PATIENCE_MILLIS);
    next.send(
        register("orders/a", 10_000, 60_000, 60_000).setSessionToken(first.getSessionToken()));
    Registered resumed = next.registered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getIncarnation()).isEqualTo(first.getIncarnation());
    assertThat(resumed.getLastSequence()).isEqualTo(17);
    watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_RESUMED);
    Instance seen = Sockets.instance(direct, "orders/a");
    assertThat(seen.getState()).isEqualTo(State.STATE_ALIVE);
    assertThat(seen.getIncarnation()).isEqualTo(first.getIncarnation());
  }

  @Tag("once")
  @Test
  void aConnectionThatIsCutEachHalfSecondKillsNobody() throws InterruptedException {
    ScheduledExecutorService timer = Sockets.timer(grpc);
    List<BeatingClient> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(
          new BeatingClient(
                  faulty,
                  timer,
                  System::nanoTime,
                  register("orders/" + i, 500, 5_000, 5_000).setProcessId("p" + i).build())
              .start());
    }
    for (int i = 0; i < 40; i++) {
      Thread.sleep(500);
      proxy.cut();
    }
    int cuts = proxy.accepted();
    BeatingClient.awaitAcks(clients);

    for (BeatingClient client : clients) {
      assertThat(new HashSet<>(client.incarnations())).hasSize(1);
      assertThat(client.resumes()).isGreaterThan(10);
    }
    assertThat(cuts).isGreaterThan(20);
    assertThat(watch.changes())
        .noneMatch(change -> change.getInstance().getState() == State.STATE_DEAD)
        .anyMatch(change -> change.getCause() == Cause.CAUSE_RESUMED);
    Measured.say(
        "cut each 500 ms for 20 s: %d connections, %d resumes, %d changes, no DEAD",
        cuts, clients.stream().mapToInt(BeatingClient::resumes).sum(), watch.changes().size());
  }

  /**
   * One heartbeat in the stall: it is news, so what it is answered comes behind the doubt that was
   * told before. A second one may be acked by its event loop ahead of both.
   */
  @Test
  void aStallIsSilenceAndWhatComesAfterItCounts() throws InterruptedException {
    TestStream stream = TestStream.open(faulty, PATIENCE_MILLIS);
    stream.send(register("orders/a", 500, 60_000, 60_000));
    long incarnation = stream.registered().getIncarnation();
    watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    proxy.set(FaultProxy.Mode.STALL);
    stream.send(heartbeat(1));

    Change suspect = watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(suspect)).isGreaterThanOrEqualTo(1_000);
    assertThat(suspect.getEvidence().getLastSequence()).isZero();
    proxy.set(FaultProxy.Mode.FORWARD);
    Change recovered = watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_RECOVERED);
    assertThat(recovered.getInstance().getIncarnation()).isEqualTo(incarnation);
    assertThat(stream.ack().getState()).isEqualTo(State.STATE_SUSPECT);
    assertThat(stream.ack().getState()).isEqualTo(State.STATE_ALIVE);
    assertThat(stream.send(heartbeat(2)).ack().getSequence()).isEqualTo(2);
    assertThat(stream.isOpen()).isTrue();
  }

  @Test
  void aBlackHoleIsSilenceToTheEndAndANewIncarnationAfterIt() throws InterruptedException {
    BeatingClient client =
        new BeatingClient(
                faulty,
                Sockets.timer(grpc),
                System::nanoTime,
                register("orders/a", 200, 2_000, 2_000).setProcessId("p").build())
            .start();
    watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    BeatingClient.awaitAcks(List.of(client));
    proxy.set(FaultProxy.Mode.SWALLOW);

    Change suspect = watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(suspect)).isGreaterThanOrEqualTo(400);
    Change dead = watch.next("orders/a", State.STATE_DEAD, Cause.CAUSE_SILENCE);
    assertThat(WatchLog.silenceMillis(dead)).isGreaterThanOrEqualTo(2_000);
    proxy.set(FaultProxy.Mode.FORWARD);
    proxy.cut();
    Change again = watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    assertThat(again.getInstance().getIncarnation())
        .isGreaterThan(dead.getInstance().getIncarnation());
  }
}
