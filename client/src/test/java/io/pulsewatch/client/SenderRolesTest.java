package io.pulsewatch.client;

import static io.pulsewatch.client.ScriptedServer.error;
import static io.pulsewatch.client.ScriptedServer.role;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.Status.Code;
import io.pulsewatch.client.ScriptedServer.Answers;
import io.pulsewatch.v1.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an application in a role is told, and when its server learns that it has stopped. Interval 2
 * s, the fence 4.74 s. Confined to the test's thread.
 */
final class SenderRolesTest {
  private static final long LIMIT_NANOS = 900_000_000L;

  @RegisterExtension final ScriptedServer server = new ScriptedServer();

  private final List<Runnable> duringLoss = new ArrayList<>();
  private SenderRig rig;

  @BeforeEach
  void make() {
    SenderBuilder builder =
        PulsewatchSender.builder("orders", "o-1")
            .role("w", token -> rig.note("granted " + token), this::onLost);
    rig = new SenderRig(builder, address -> server.channel());
  }

  private SenderRig standingForWriter() {
    return rig.turn();
  }

  private void onLost() {
    rig.note("lost");
    duringLoss.forEach(Runnable::run);
  }

  /** Holds the role by token 5 since 0. */
  private SenderRig holding() {
    server.holds(role("w", 5));
    standingForWriter();
    assertThat(rig.told()).containsExactlyInAnyOrder("registered 7", "granted 5");
    assertThat(hold().isHeld()).isTrue();
    return rig;
  }

  private RoleHold hold() {
    return rig.core().roles().role("w");
  }

  private void tell(io.pulsewatch.v1.Role... roles) {
    server.holds(roles).call().tellRoles();
    rig.turn();
  }

  private List<Long> released() {
    return server.call().heartbeats().stream()
        .map(Heartbeat::getRoleTokensReleasedList)
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void standsForItAndIsGrantedIt() {
    standingForWriter();
    assertThat(server.call().register().getRolesList()).containsExactly("w");
    assertThat(hold().name()).isEqualTo("w");
    assertThat(hold().isHeld()).isFalse();
    assertThat(hold().token()).isEmpty();
    assertThat(hold().remaining()).isZero();
    rig.told();
    tell(role("w", 5));
    assertThat(rig.told()).containsExactly("granted 5");
    assertThat(hold().isHeld(5)).isTrue();
    assertThat(hold().isHeld(4)).isFalse();
    assertThat(hold().token()).hasValue(5);
    assertThat(hold().remaining().toMillis()).isBetween(4730L, 4740L);
    assertThat(hold().leftToStop()).isEqualTo(Duration.ofMillis(250));
    assertThat(rig.advance(60_000).told()).isEmpty();
    assertThat(hold().isHeld(5)).isTrue();
  }

  @Test
  void isLostAtTheFenceAndBeforeTheIncarnationIs() {
    holding();
    server.answers(Answers.NOTHING).call().end(error(Code.UNAVAILABLE));
    rig.turn().told();
    rig.starve(4739);
    assertThat(hold().isHeld()).isTrue();
    rig.starve(1);
    assertThat(hold().isHeld()).as("known before it is told").isFalse();
    rig.turn();
    assertThat(rig.told()).containsSubsequence("lost", "expired");
    assertThat(hold().leftToStop().toMillis()).isBetween(249L, 250L);
    rig.starve(100);
    assertThat(hold().leftToStop().toMillis()).isBetween(149L, 150L);
    rig.starve(200);
    assertThat(hold().leftToStop()).isZero();
  }

  @Test
  void isGrantedAgainByTheSameTokenWhenItWasHeardInTime() {
    holding();
    server.answers(Answers.NOTHING).call().end(error(Code.UNAVAILABLE));
    rig.advance(4800);
    assertThat(rig.told()).contains("lost");
    server.answers(Answers.ALL).call().end(error(Code.UNAVAILABLE));
    rig.advance(1000);
    assertThat(rig.told()).contains("granted 5");
  }

  /** Its thread hangs: that of the callbacks tells it by the clock, without a second look. */
  @Test
  void isLostInTimeWhereTheSendersThreadDoesNotRun() {
    holding().look();
    rig.starve(4740).look();
    assertThat(rig.told()).containsExactly("lost");
    rig.starve(20).look();
    assertThat(rig.told()).containsExactly("starved 2760", "expired");
  }

  /** The answer that renews lay in the mailbox: a new grant, by the same token. */
  @Test
  void isGrantedAgainWhereTheSendersThreadNeverKnewOfTheLoss() {
    holding().starve(2000);
    assertThat(rig.core().turn()).as("the ack wakes it").isZero();
    rig.starve(2740).look();
    assertThat(rig.told()).containsExactly("lost");
    rig.turn();
    assertThat(rig.told()).containsSubsequence("granted 5");
    assertThat(released()).isEmpty();
    tell();
    assertThat(released()).as("the second time it has not stopped yet").isEmpty();
    assertThat(rig.told()).contains("lost");
    rig.turn().advance(2000);
    assertThat(released()).containsExactly(5L);
  }

  @Test
  void aRoleThatWasTakenIsGivenBackWhenTheApplicationHasStopped() {
    holding().advance(2500);
    tell();
    assertThat(hold().isHeld()).as("at once").isFalse();
    duringLoss.add(() -> assertThat(released()).as("it is still stopping").isEmpty());
    assertThat(rig.told()).containsExactly("lost");
    assertThat(released()).isEmpty();
    rig.turn();
    assertThat(released()).containsExactly(5L);
    assertThat(server.call().sequences()).as("at once").containsExactly(1L, 2L);
    rig.advance(4000);
    assertThat(released()).containsExactly(5L);
  }

  @Test
  void anApplicationThatThrowsHasNotStopped() {
    holding().advance(2500);
    duringLoss.add(
        () -> {
          throw new IllegalStateException("said the test");
        });
    tell();
    assertThat(rig.told()).containsExactly("lost");
    rig.turn();
    assertThat(released()).isEmpty();
    tell(role("w", 6));
    tell();
    assertThat(rig.told()).as("over before it is told").isEmpty();
    rig.turn();
    assertThat(released()).isEmpty();
    rig.core().close("done", LIMIT_NANOS);
    rig.turn().advance(900);
    assertThat(server.call().requests()).noneMatch(request -> request.hasLeave());
  }

  /** Another role's callbacks, or the listener, may be stuck. */
  @Test
  void eachRoleIsToldOnItsOwn() {
    SenderBuilder builder =
        PulsewatchSender.builder("orders", "o-1")
            .role("v", token -> rig.note("v granted"), () -> rig.note("v lost"))
            .role("w", token -> rig.note("granted " + token), this::onLost);
    rig = new SenderRig(builder, address -> server.channel());
    server.holds(role("v", 4), role("w", 5));
    standingForWriter().told();
    tell();
    rig.core().roles().callbacks().get(1).callWaiting();
    rig.note("the others are slow");
    assertThat(rig.told()).containsExactly("lost", "the others are slow", "v lost");
  }

  @Test
  void whatWasOverBeforeAnybodyWasToldIsGivenBackToo() {
    standingForWriter().told();
    tell(role("w", 5));
    tell();
    assertThat(rig.told()).isEmpty();
    rig.turn();
    assertThat(released()).containsExactly(5L);
  }

  @Test
  void grantsAndLossesTakeTurns() {
    holding();
    tell();
    tell(role("w", 6));
    tell(role("w", 7));
    assertThat(rig.told()).containsExactly("lost", "granted 7");
    tell(role("w", 8));
    assertThat(rig.told()).containsExactly("lost", "granted 8");
    rig.turn().advance(4000);
    assertThat(released()).isEmpty();
    assertThat(rig.told()).isEmpty();
  }

  @Test
  void aRoleThatIsGivenUpIsHeldNoMoreFromTheFirstInstantOn() {
    holding().advance(2500);
    hold().release();
    hold().release();
    assertThat(hold().isHeld()).isFalse();
    rig.turn();
    assertThat(released()).isEmpty();
    assertThat(rig.told()).containsExactly("lost");
    rig.turn();
    assertThat(released()).containsExactly(5L);
    tell();
    server.call().end(error(Code.UNAVAILABLE));
    rig.advance(100);
    assertThat(server.call().register().getRolesList()).as("stands for it no more").isEmpty();
  }

  @Test
  void theGoodbyeComesWhenTheApplicationHasStopped() {
    holding();
    rig.core().close("done", LIMIT_NANOS);
    assertThat(hold().isHeld()).as("from the first instant on").isFalse();
    rig.turn();
    assertThat(server.call().requests()).noneMatch(request -> request.hasLeave());
    assertThat(rig.told()).containsExactly("lost");
    rig.turn();
    assertThat(server.call().requests()).last().matches(request -> request.hasLeave());
    assertThat(rig.isOver()).isTrue();
  }

  @Test
  void noGoodbyeForAnApplicationThatDoesNotStop() {
    holding();
    rig.core().close("done", LIMIT_NANOS);
    rig.turn().advance(900);
    assertThat(server.call().requests()).noneMatch(request -> request.hasLeave());
    assertThat(server.call().cancelled()).isTrue();
    assertThat(rig.isOver()).isTrue();
  }

  @Test
  void aBrokenSenderHoldsNothing() {
    holding();
    rig.core().onBroken(new IllegalStateException("said the test"));
    assertThat(hold().isHeld()).isFalse();
    assertThat(rig.told()).startsWith("lost").contains("expired");
  }

  @Test
  void refusesWhatCannotBeKept() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PulsewatchSender.builder("s", "i").role("a/b", token -> {}, () -> {}))
        .withMessage("role: 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ -)");
    SenderBuilder twice = PulsewatchSender.builder("s", "i").role("w", token -> {}, () -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> twice.role("w", token -> {}, () -> {}))
        .withMessage("role: 'w' was named already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> twice.resumeWindow(Duration.ZERO).server("a:1").start())
        .withMessage("role: 'w' with a resume window of 0 (expected: one, or there is no fence)");
    SenderBuilder slow =
        PulsewatchSender.builder("s", "i")
            .server("a:1")
            .role("w", Duration.ofSeconds(3), token -> {}, () -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(slow::start)
        .withMessage(
            "role: 'w': 3000 ms to stop in leave a fence of 1993 ms (expected: at least 2200 ms,"
                + " 1.1 x interval; the smaller one of timeout and resume window is 5000 ms)");
    standingForWriter();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.core().roles().role("x"))
        .withMessage("role: 'x' (expected: one of [w])");
  }
}
