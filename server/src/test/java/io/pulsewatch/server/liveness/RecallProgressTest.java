package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A worker that is stuck, over a restart. */
final class RecallProgressTest {
  private static final List<Progress.Rule> RULES =
      List.of(new Progress.Rule("orders", 6 * SECOND), new Progress.Rule("mails", 10 * SECOND));

  private final Restart world = new Restart();
  private final Rig before = world.before;
  private final Rig after = world.after;

  private static ManualClient register(Rig rig, List<Progress.Rule> rules, ManualClient client) {
    client.register();
    if (!rules.isEmpty()) {
      client.pulse.watch(new Progress(rules, 2 * SECOND));
    }
    rig.turn();
    return client;
  }

  private static void beat(Rig rig, ManualClient client, long orders, long mails) {
    client.pulse.onProgress(Map.of("orders", orders, "mails", mails));
    client.heartbeat();
    rig.turn();
    rig.run(2 * SECOND);
  }

  /** A stream that registered with rules; `orders` is stuck, `mails` is not. */
  private ManualClient stuck() {
    ManualClient client = register(before, RULES, before.client());
    for (int i = 0; i < 6; i++) {
      beat(before, client, 7, i);
    }
    before.assertLast(State.ALIVE, Cause.PROGRESS_STALLED);
    return client;
  }

  private ManualClient back(ManualClient first, List<Progress.Rule> rules) {
    ManualClient again = after.client();
    again.presented = first.token();
    return register(after, rules, again);
  }

  @Test
  void isShownSoUntilItMoves() {
    ManualClient first = stuck();
    world.restart();
    assertThat(world.recalled.get(0).status()).isEqualTo(Status.DEGRADED);
    ManualClient again = back(first, RULES);
    assertThat(again.granted().entry().status()).isEqualTo(Status.DEGRADED);
    for (int i = 0; i < 3; i++) {
      beat(after, again, 7, i);
    }
    assertThat(after.changes).isEmpty();
    beat(after, again, 8, 9);
    after.assertLast(State.ALIVE, Cause.PROGRESS_STALLED);
    assertThat(after.last().after().status()).isEqualTo(Status.SERVING);
  }

  @Test
  void isForgottenWithItsRule() {
    ManualClient first = stuck();
    world.restart();
    back(first, List.of());
    assertThat(after.last().after().status()).isEqualTo(Status.SERVING);
  }

  @Test
  void isFoundAfterwards() {
    ManualClient first = register(before, RULES, before.client());
    world.restart();
    ManualClient again = back(first, RULES);
    for (int i = 0; i < 6; i++) {
      beat(after, again, 7, i);
    }
    after.assertLast(State.ALIVE, Cause.PROGRESS_STALLED);
    assertThat(after.last().after().status()).isEqualTo(Status.DEGRADED);
  }

  /** Nothing of it is a change, since the first stall shows already. */
  @Test
  void theSecondStallIsKeptToo() {
    ManualClient first = stuck();
    for (int i = 0; i < 8; i++) {
      beat(before, first, 7, 5);
    }
    assertThat(before.changes).hasSize(2);
    assertThat(before.notes).as("once, and not with each heartbeat").hasSize(1);
    world.restart();
    ManualClient again = back(first, RULES);
    beat(after, again, 7, 5);
    beat(after, again, 8, 5);
    beat(after, again, 9, 5);
    assertThat(after.changes).isEmpty();
    beat(after, again, 9, 6);
    assertThat(after.last().after().status()).isEqualTo(Status.SERVING);
  }

  /** Whoever beats has one counter over all beats: a stuck one is compared with what was kept. */
  @Test
  void aBeatThatMovesItIsSeenAtOnce() {
    for (int i = 0; i < 5; i++) {
      cron(before, 7);
    }
    before.assertLast(State.ALIVE, Cause.PROGRESS_STALLED);
    world.restart();
    ManualClient last = cron(after, 8);
    after.assertLast(State.ALIVE, Cause.PROGRESS_STALLED);
    assertThat(last.granted().entry().status()).isEqualTo(Status.SERVING);
  }

  @Test
  void aBeatThatDoesNotMoveItIsNoNews() {
    for (int i = 0; i < 5; i++) {
      cron(before, 7);
    }
    world.restart();
    cron(after, 7);
    cron(after, 7);
    assertThat(after.changes).isEmpty();
    assertThat(cron(after, 8).granted().entry().status()).isEqualTo(Status.SERVING);
  }

  /** A beat with a token says no rules again: they are those that it registered with. */
  @Test
  void theRulesOfWhoBeatsByItsTokenGoOn() {
    ManualClient first = cron(before, 7);
    world.restart();
    ManualClient again = after.client();
    again.presented = first.token();
    for (int i = 0; i < 5; i++) {
      again.beat(News.heard(0, after.nanos() - after.origin, Gap.NONE, null), Map.of("orders", 7L));
      after.turn();
      after.run(2 * SECOND);
    }
    after.assertLast(State.ALIVE, Cause.PROGRESS_STALLED);
  }

  @Test
  void otherRulesAreKept() {
    ManualClient first = cron(before, 7);
    List<Progress.Rule> others = List.of(new Progress.Rule("jobs", 6 * SECOND));
    ManualClient changed = before.client();
    changed.registerByBeat(
        News.heard(0, 5, Gap.NONE, null), pulse -> pulse.watch(new Progress(others, 2 * SECOND)));
    before.turn();
    assertThat(changed.incarnation()).isEqualTo(first.incarnation());
    assertThat(before.notes).hasSize(1);
    assertThat(world.kept().sessions().get(0).memory().progress().rules()).isEqualTo(others);
  }

  private static ManualClient cron(Rig rig, long orders) {
    ManualClient cron = rig.client();
    cron.registerByBeat(
        News.heard(0, rig.nanos() - rig.origin, Gap.NONE, null),
        pulse -> {
          pulse.watch(new Progress(RULES.subList(0, 1), 2 * SECOND));
          pulse.onProgress(Map.of("orders", orders));
        });
    rig.turn();
    rig.run(2 * SECOND);
    return cron;
  }
}
