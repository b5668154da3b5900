package io.pulsewatch.client;

import static io.pulsewatch.client.ScriptedServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.Status.Code;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.LeaveResponse;
import io.pulsewatch.v1.Rejected;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.Unacknowledged;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a sender says with its heartbeats: doubts, pauses, progress, statuses, notes. Confined to
 * the test's thread.
 */
final class SenderReportsTest {
  @RegisterExtension final ScriptedServer server = new ScriptedServer();

  private SenderRig rig() {
    return new SenderRig(server);
  }

  @Test
  void refutesADoubtAtOnceAndKeepsItsNewsForTheNextNumber() {
    SenderRig rig = rig().turn().advance(2000).advance(500);
    server.call().suspect();
    rig.turn();
    assertThat(server.call().sequences()).containsExactly(1L, 1L);
    assertThat(rig.advance(1000).core().isCurrent()).isTrue();
    rig.core().voice().report(Status.STATUS_DRAINING);
    server.call().suspect();
    rig.turn().advance(1000).advance(1000);
    assertThat(server.call().sequences()).containsExactly(1L, 1L, 2L, 2L);
    assertThat(server.call().heartbeats())
        .extracting(Heartbeat::getStatus)
        .containsExactly(
            Status.STATUS_UNSPECIFIED,
            Status.STATUS_UNSPECIFIED,
            Status.STATUS_DRAINING,
            Status.STATUS_UNSPECIFIED);
  }

  @Test
  void announcesAPauseAtOnceAndWhatIsLeftOfIt() {
    SenderRig rig = rig().turn().advance(2500);
    rig.core().hold(Duration.ofSeconds(30));
    rig.turn();
    assertThat(server.call().sequences()).containsExactly(1L, 2L);
    assertThat(holdsMillis()).containsExactly(0L, 30_000L);
    rig.starve(29_999);
    assertThat(rig.core().isCurrent()).as("its fence waits as long").isTrue();
    rig.starve(1);
    assertThat(rig.core().isCurrent()).isFalse();
  }

  @Test
  void goesOnBeatingInAPauseUntilItIsOver() {
    SenderRig rig = rig().turn().advance(2500);
    rig.core().hold(Duration.ofSeconds(5));
    rig.turn().advance(5500);
    assertThat(holdsMillis()).containsExactly(0L, 5_000L, 3_500L, 1_500L, 0L);
    assertThat(rig.core().isCurrent()).isTrue();
    rig.starve(4800);
    assertThat(rig.core().isCurrent()).as("the usual fence again").isFalse();
  }

  @Test
  void aPauseCanBeEnded() {
    SenderRig rig = rig().turn().advance(2500);
    rig.core().hold(Duration.ofMinutes(5));
    rig.turn().advance(1500);
    rig.core().hold(Duration.ZERO);
    rig.turn().advance(100);
    assertThat(holdsMillis()).containsExactly(0L, 300_000L, 298_500L, 0L);
  }

  @Test
  void aServerThatKnowsNoPausesIsAskedOnce() {
    SenderRig rig = rig().turn().advance(2500);
    rig.told();
    rig.core().hold(Duration.ofMinutes(1));
    rig.turn();
    server
        .call()
        .send(
            HeartbeatResponse.newBuilder()
                .setRejected(Rejected.newBuilder().setField("hold").setReason("UNIMPLEMENTED"))
                .build());
    rig.turn().advance(4000);
    assertThat(rig.told()).containsExactly("rejected UNIMPLEMENTED ");
    assertThat(holdsMillis()).containsExactly(0L, 60_000L, 0L, 0L);
  }

  private List<Long> holdsMillis() {
    return server.call().heartbeats().stream()
        .map(each -> Durations.toNanos(each.getHold()) / 1_000_000)
        .toList();
  }

  @Test
  void tellsHowFarItsWorkCame() {
    SenderBuilder builder =
        PulsewatchSender.builder("orders", "o-1")
            .progress("orders", Duration.ofSeconds(30))
            .progress("mails", Duration.ofMillis(100));
    SenderRig rig = new SenderRig(builder, address -> server.channel()).turn();
    assertThat(server.call().register().getProgressRulesList())
        .extracting(rule -> rule.getCounter() + " " + Durations.toNanos(rule.getStallAfter()))
        .containsExactly("orders 30000000000", "mails 100000000");
    Progress orders = rig.core().voice().progress("orders");
    orders.tick();
    orders.tick();
    rig.advance(2000);
    orders.tick();
    rig.advance(2000);
    assertThat(server.call().heartbeats())
        .extracting(Heartbeat::getProgressMap)
        .containsExactly(Map.of("orders", 2L, "mails", 0L), Map.of("orders", 3L, "mails", 0L));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.core().voice().progress("order"))
        .withMessage("progress: 'order' (expected: one of [mails, orders])");
  }

  @Test
  void aStatusGoesAtOnceAndOnce() {
    SenderRig rig = rig().turn();
    rig.core().voice().report(Status.STATUS_DEGRADED);
    rig.core().voice().report(Status.STATUS_DRAINING);
    rig.turn();
    assertThat(server.call().heartbeats()).hasSize(1);
    assertThat(server.call().heartbeats().get(0).getStatus()).isEqualTo(Status.STATUS_DRAINING);
    rig.advance(2000);
    assertThat(server.call().heartbeats()).hasSize(2);
    assertThat(server.call().heartbeats().get(1).getStatus()).isEqualTo(Status.STATUS_UNSPECIFIED);
  }

  @Test
  void aStatusThatFoundNoStreamComesWithTheNextRegister() {
    SenderRig rig = rig().turn();
    server.call().end(error(Code.UNAVAILABLE, "TEST", Duration.ofSeconds(1)));
    rig.turn();
    rig.core().voice().report(Status.STATUS_NOT_SERVING);
    rig.turn().advance(1000);
    assertThat(server.call().register().getStatus()).isEqualTo(Status.STATUS_NOT_SERVING);
    assertThat(server.call().heartbeats()).isEmpty();
  }

  @Test
  void aNoteGoesOnce() {
    SenderRig rig = rig().turn();
    rig.core().voice().note("cache is cold");
    rig.turn().advance(2000);
    assertThat(server.call().heartbeats())
        .extracting(Heartbeat::getNote)
        .containsExactly("cache is cold", "");
  }

  /** A server that stops, say: it answers early, and knows of nobody. */
  @Test
  void anAnswerBeforeItsTimeIsNotTheLast() throws Exception {
    server.answersLeaves(
        LeaveResponse.newBuilder()
            .addUnacknowledged(Unacknowledged.newBuilder().setName("lb"))
            .build());
    SenderRig rig = rig().turn().advance(100);
    var missing = rig.core().drain(Set.of("lb"), Duration.ofSeconds(3));
    rig.turn();
    assertThat(server.leaves()).hasSize(1);
    assertThat(missing).isNotDone();
    server.answersLeaves(LeaveResponse.getDefaultInstance());
    rig.advance(600);
    assertThat(server.leaves()).hasSize(2);
    assertThat(missing.get(10, TimeUnit.SECONDS)).isEmpty();
  }
}
