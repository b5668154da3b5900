package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * A receiver that is down for a whole minute while things happen, in virtual time: all of it
 * arrives once it is back, each change once, in order, and soon.
 */
final class HookOutageTest {
  private static final long STEP_NANOS = HookRig.SECOND / 10;
  private static final int STEPS = 600;
  private static final int INSTANCES = 20;

  /** As it is when nothing else is said (docs/HOOKS.md). */
  private static final Patience USUAL =
      new Patience(
          10 * HookRig.SECOND,
          1_000_000,
          Duration.ofHours(24).toMillis(),
          HookRig.SECOND,
          300 * HookRig.SECOND);

  /** Waits double from 1 s on: who was refused for a minute waits no longer than another one. */
  private static final long LONGEST_WAIT_NANOS = 64 * HookRig.SECOND;

  private final HookRig rig = new HookRig(new HookLimits(100, 10, 64)).with(USUAL);
  private final HookRig.Seen seen = new HookRig.Seen();
  private final Map<String, Integer> attempts = new HashMap<>();

  @Test
  void whoRefusesConnectionsIsAskedNowAndThen() {
    down(
        sent -> {
          sent.failed();
          return true;
        });
    assertThat(attempts.values())
        .as("1 + 2 + .. + 32 s, half of each is chance")
        .allMatch(count -> count <= 8);
    comesBack();
  }

  /** A name server that is dead looks the same: an attempt takes its time, and is ended. */
  @Test
  void whoDoesNotAnswerIsGivenUpEachTime() {
    down(
        sent -> {
          boolean isEnded = sent.cancelled;
          if (isEnded) {
            sent.came(new Outcome.Failed("given up"));
          }
          return isEnded;
        });
    assertThat(rig.status().lastError()).isEqualTo("no answer within 10000 ms");
    assertThat(attempts.values()).allMatch(count -> count <= 6);
    comesBack();
  }

  private void down(Predicate<HookRig.Sent> answers) {
    for (int i = 0; i < STEPS; i++) {
      rig.dies("i" + i % INSTANCES);
      rig.passes(STEP_NANOS);
      while (answer(answers)) {
        // who was refused makes room for the next one
      }
      assertThat(rig.status().inFlight()).isLessThanOrEqualTo(4);
      assertThat(rig.status().waiting()).as("the history is the queue").isLessThan(100 + 64);
    }
    assertThat(rig.queue.cursor()).as("nothing is passed over").isZero();
    assertThat(rig.status().delivered()).isZero();
    assertThat(rig.status().lagMillis()).isGreaterThan(59_000);
  }

  private boolean answer(Predicate<HookRig.Sent> answers) {
    boolean isOne = false;
    for (HookRig.Sent each : List.copyOf(rig.sent)) {
      attempts.merge(each.letter.id(), each.attempt, Math::max);
      isOne |= answers.test(each);
    }
    return isOne;
  }

  private void comesBack() {
    long waited = 0;
    while (rig.queue.cursor() < rig.head()) {
      while (!rig.sent.isEmpty()) {
        HookRig.Sent one = rig.sent.get(0);
        seen.add(one.letter);
        one.delivered();
      }
      rig.passes(STEP_NANOS);
      waited += STEP_NANOS;
      assertThat(waited).isLessThanOrEqualTo(LONGEST_WAIT_NANOS);
    }
    Map<String, List<Long>> expected = new HashMap<>();
    rig.happened.forEach(
        (revision, change) ->
            expected
                .computeIfAbsent(change.key().toString(), key -> new ArrayList<>())
                .add(revision));
    assertThat(seen.all).isEqualTo(expected);
    assertThat(rig.status().deadLetterCount()).isZero();
    assertThat(rig.status().lost()).isZero();
    assertThat(rig.status().lagMillis()).isZero();
  }
}
