package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.millis;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.probe.AddressRules;
import io.pulsewatch.server.probe.ProbeLimits;
import io.pulsewatch.server.probe.Prober;
import io.pulsewatch.server.probe.Sockets;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.ProbeOutcome;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.Register;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Asking on the wire: interval 2 s, suspect after 4 s, timeout 6 s. */
final class ProbeContractTest {
  private static final Endpoint HTTP =
      Endpoint.newBuilder().setName("http").setHost("10.0.0.7").setPort(80).build();

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final CommittedView view = new CommittedView();
  private final Prober prober =
      new Prober(
          new ProbeLimits(10, 100, 10, 100),
          new AddressRules(false, List.of()),
          new DeadNetwork(),
          view,
          told -> engine().mailroom().offer(told),
          Runnable::run,
          new Random(1),
          0);
  private final ManualEngine engine = new ManualEngine(grpc, prober);
  private final TestStream suspect = TestStream.open(engine.channel());
  private final TestStream peer = TestStream.open(engine.channel());
  private final List<Change> changes = new ArrayList<>();

  /** Nothing answers, whatever is looked at. */
  private static final class DeadNetwork implements Sockets {
    @Override
    public void resolve(String host, Consumer<List<InetAddress>> told) {
      try {
        told.accept(List.of(InetAddress.getByName(host)));
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void look(InetSocketAddress at, Protocol protocol, long within, Consumer<Found> told) {}
  }

  private ManualEngine engine() {
    return engine;
  }

  private void register(TestStream stream, Register.Builder register) {
    stream.send(register);
    engine.turn();
    stream.registered();
    pump();
  }

  private Change last() {
    return changes.get(changes.size() - 1);
  }

  /** What the fan-out loop does. */
  private void pump() {
    List<Change> fresh = engine.takeChanges();
    changes.addAll(fresh);
    view.onChanges(fresh);
    prober.onChanges(fresh);
    prober.turn(engine.nowNanos());
  }

  private void pass(long millis) {
    for (long done = 0; done < millis; done += 10) {
      engine.advanceMillis(10);
      pump();
    }
  }

  /** Silent for 4 s while the peer beats. */
  private void fallSilent() {
    pass(2_000);
    peer.send(heartbeat(0));
    pass(2_050);
    assertThat(last().after().state()).isEqualTo(State.SUSPECT);
    assertThat(last().key().instanceId()).isEqualTo("a");
  }

  private static ProbeRequest probe(TestStream stream) {
    HeartbeatResponse response = stream.next();
    assertThat(response.hasProbeRequest()).as(response.toString()).isTrue();
    return response.getProbeRequest();
  }

  private static HeartbeatRequest answer(String id, ProbeOutcome outcome) {
    return HeartbeatRequest.newBuilder()
        .setProbeResult(
            ProbeResult.newBuilder().setProbeId(id).setOutcome(outcome).setTook(millis(7)))
        .build();
  }

  /** It says anything at all on its own stream: it lives. */
  @ParameterizedTest
  @EnumSource(
      names = {"PROBE_OUTCOME_UNSPECIFIED", "PROBE_OUTCOME_PROVEN", "PROBE_OUTCOME_DECLINED"})
  void aSuspectThatAnswersOnItsStreamIsAlive(ProbeOutcome outcome) {
    register(suspect, Requests.register("orders/a"));
    register(peer, Requests.register("orders/peer"));
    fallSilent();
    ProbeRequest probe = probe(suspect);
    assertThat(probe.getService()).isEqualTo("orders");
    assertThat(probe.getInstanceId()).isEqualTo("a");
    assertThat(probe.getIncarnation()).isEqualTo(last().after().incarnation());
    assertThat(probe.hasEndpoint()).isFalse();
    assertThat(Nanos.of(probe.getWithin())).isBetween(900_000_000L, 1_000_000_000L);
    assertThat(suspect.ack().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_SUSPECT);

    suspect.send(answer(probe.getProbeId(), outcome));
    engine.turn();
    pump();
    assertThat(last().after().state()).isEqualTo(State.ALIVE);
    assertThat(last().cause()).isEqualTo(Cause.RECOVERED);
    assertThat(last().evidence().probes())
        .singleElement()
        .satisfies(
            proven -> {
              assertThat(proven.by()).isEqualTo("orders/a");
              assertThat(proven.endpoint()).isNull();
              assertThat(proven.outcome()).isEqualTo(Probe.Outcome.PROVEN);
            });
    Ack ack = suspect.ack();
    assertThat(ack.getState()).isEqualTo(io.pulsewatch.v1.State.STATE_ALIVE);
    assertThat(ack.hasExpiresIn()).as("it renews no fence").isFalse();
    suspect.send(heartbeat(1));
    assertThat(suspect.ack().hasExpiresIn()).isTrue();
    suspect.send(answer(probe.getProbeId(), outcome));
    assertThat(suspect.rejected().getReason()).as("once").isEqualTo("UNKNOWN_PROBE");
  }

  @Test
  void aSuspectThatDoesNotAnswerIsSaidNotTo() {
    register(suspect, Requests.register("orders/a"));
    register(peer, Requests.register("orders/peer"));
    fallSilent();
    pass(200);
    peer.send(heartbeat(0));
    pass(2_000);
    assertThat(last().after().state()).isEqualTo(State.DEAD);
    assertThat(last().evidence().silenceNanos()).isGreaterThanOrEqualTo(6_000_000_000L);
    assertThat(last().evidence().probes())
        .extracting(Probe::by, Probe::endpoint, Probe::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("orders/a", null, Probe.Outcome.NO_ANSWER));
  }

  @ParameterizedTest
  @CsvSource({
    "PROBE_OUTCOME_PROVEN, REACHABLE",
    "PROBE_OUTCOME_REACHABLE, REACHABLE",
    "PROBE_OUTCOME_REFUSED, REFUSED",
    "PROBE_OUTCOME_NO_ANSWER, NO_ANSWER",
    "PROBE_OUTCOME_DECLINED, DECLINED"
  })
  void whatAPeerSeesIsEvidenceAndEndsNothing(ProbeOutcome said, Probe.Outcome told) {
    register(suspect, Requests.register("orders/a").addEndpoints(HTTP));
    register(peer, Requests.register("orders/peer").setProbesOthers(true));
    fallSilent();
    assertThat(peer.ack().hasExpiresIn()).isTrue();
    ProbeRequest probe = probe(peer);
    assertThat(probe.getService()).isEqualTo("orders");
    assertThat(probe.getInstanceId()).isEqualTo("a");
    assertThat(probe.getIncarnation()).isEqualTo(last().after().incarnation());
    assertThat(probe.getEndpoint()).isEqualTo(HTTP);
    peer.send(answer(probe.getProbeId(), said)).quiet();
    engine.turn();
    pump();
    assertThat(last().after().state()).isEqualTo(State.SUSPECT);
    peer.send(heartbeat(0));
    pass(2_200);
    assertThat(last().after().state()).isEqualTo(State.DEAD);
    Details.Endpoint http = new Details.Endpoint("http", "10.0.0.7", 80);
    assertThat(last().evidence().probes())
        .contains(new Probe("orders/peer", http, told, 7_000_000))
        .extracting(Probe::by)
        .containsExactlyInAnyOrder("orders/peer", "orders/a", "server");
  }

  /** Later than it was given time for: nobody asked any more. */
  @Test
  void anAnswerThatComesTooLateIsRejectedAndIsNoEvidence() {
    register(suspect, Requests.register("orders/a").addEndpoints(HTTP));
    register(peer, Requests.register("orders/peer").setProbesOthers(true));
    fallSilent();
    peer.ack();
    String ofPeer = probe(peer).getProbeId();
    String ofSuspect = probe(suspect).getProbeId();
    suspect.ack();
    pass(1_000);
    peer.send(answer(ofPeer, ProbeOutcome.PROBE_OUTCOME_REACHABLE));
    assertThat(peer.rejected().getReason()).isEqualTo("UNKNOWN_PROBE");
    suspect.send(answer(ofSuspect, ProbeOutcome.PROBE_OUTCOME_PROVEN));
    assertThat(suspect.rejected().getReason()).isEqualTo("UNKNOWN_PROBE");
    peer.send(heartbeat(0));
    pass(1_200);
    assertThat(last().after().state()).isEqualTo(State.DEAD);
    assertThat(last().evidence().silenceNanos()).isLessThan(6_100_000_000L);
    assertThat(last().evidence().probes())
        .extracting(Probe::by, Probe::outcome)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("orders/a", Probe.Outcome.NO_ANSWER),
            org.assertj.core.groups.Tuple.tuple("server", Probe.Outcome.NO_ANSWER));
  }

  @Test
  void whoDidNotAgreeIsNotAsked() {
    register(suspect, Requests.register("orders/a").addEndpoints(HTTP));
    register(peer, Requests.register("orders/peer"));
    fallSilent();
    peer.ack();
    peer.quiet();
  }

  @Test
  void whoIsGoneIsNotAsked() {
    register(suspect, Requests.register("orders/a").addEndpoints(HTTP));
    register(peer, Requests.register("orders/peer").setProbesOthers(true));
    peer.leave("done");
    engine.turn();
    peer.completed();
    pass(4_100);
    assertThat(last().after().state()).isEqualTo(State.SUSPECT);
    assertThat(peer.poll()).isNull();
  }

  @Test
  void anAnswerThatSaysNothingIsRejected() {
    register(suspect, Requests.register("orders/a").addEndpoints(HTTP));
    register(peer, Requests.register("orders/peer").setProbesOthers(true));
    fallSilent();
    peer.ack();
    String id = probe(peer).getProbeId();
    peer.send(answer("x" + id, ProbeOutcome.PROBE_OUTCOME_REACHABLE));
    assertThat(peer.rejected().getReason()).isEqualTo("UNKNOWN_PROBE");
    peer.send(answer(id, ProbeOutcome.PROBE_OUTCOME_UNSPECIFIED));
    assertThat(peer.rejected().getReason()).isEqualTo("BAD_OUTCOME");
    assertThat(engine.mailboxIsEmpty()).isTrue();
  }

  /** One that does not read is not asked, and nothing is said of an answer. */
  @Test
  void nothingIsQueuedForAClientThatDoesNotRead() {
    TestStream unread = TestStream.openUnread(engine.channel(), 0);
    unread.send(Requests.register("orders/a"));
    engine.turn();
    unread.read(1);
    unread.registered();
    for (int i = 1; i < 200; i++) {
      unread.send(heartbeat(i));
    }
    pass(6_200);
    assertThat(last().after().state()).isEqualTo(State.DEAD);
    assertThat(last().evidence().probes()).isEmpty();
  }

  /** Off: neither asked nor listened to. */
  @Test
  void whereItIsOffNobodyIsAsked() {
    ManualEngine off = new ManualEngine(grpc);
    TestStream stream = TestStream.open(off.channel());
    stream.send(Requests.register("orders/a").setProbesOthers(true));
    off.turn();
    stream.registered();
    off.advanceMillis(4_100);
    assertThat(stream.ack().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_SUSPECT);
    stream.quiet();
  }
}
