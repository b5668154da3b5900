package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random worlds: a receiver that fails, dawdles and loses answers, a process that crashes, and an
 * operator who sets it back. Every change arrives, and none before all earlier ones of its instance
 * have.
 */
final class HookWorldTest {
  private static final int WORLDS = 30;
  private static final int STEPS = 200;

  @Test
  void everythingArrivesInOrder() {
    for (long seed = 1; seed <= WORLDS; seed++) {
      new World(seed).run();
    }
  }

  /** One world. Confined to the test's thread. */
  private static final class World {
    private final long seed;
    private final SplittableRandom chance;
    private final HookRig rig = new HookRig(new HookLimits(12, 10, 4));
    private final HookRig.Seen seen = new HookRig.Seen();
    private final Map<String, HookRig.Sent> open = new HashMap<>();

    World(long seed) {
      this.seed = seed;
      this.chance = new SplittableRandom(seed);
      rig.with(new Patience(HookRig.SECOND, 1_000_000, Long.MAX_VALUE, 1, HookRig.SECOND));
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
        check();
      }
      for (int i = 0; i < 10_000 && rig.queue.cursor() < rig.head(); i++) {
        rig.passes(HookRig.SECOND);
        List.copyOf(rig.sent).forEach(this::deliver);
      }
      rig.happened.forEach(
          (revision, change) ->
              assertThat(seen.all.getOrDefault(change.key().toString(), List.of()))
                  .as("seed %d: %s at %d", seed, change.key(), revision)
                  .contains(revision));
      checkOrder();
    }

    private void step() {
      int what = chance.nextInt(100);
      if (what < 30) {
        rig.dies(String.valueOf((char) ('a' + chance.nextInt(5))));
      } else if (what < 35) {
        rig.crash();
        rig.turn();
      } else if (what < 38) {
        rig.queue.rewind(chance.nextLong(rig.head() + 1));
        rig.turn();
      } else if (what < 55) {
        rig.passes(chance.nextLong(HookRig.SECOND));
      } else if (!rig.sent.isEmpty()) {
        HookRig.Sent one = rig.sent.get(chance.nextInt(rig.sent.size()));
        if (what < 70) {
          one.failed();
        } else if (what < 75) {
          seen.add(one.letter); // it was received, but the answer was lost
          one.failed();
        } else {
          deliver(one);
        }
      }
    }

    private void deliver(HookRig.Sent one) {
      seen.add(one.letter);
      one.delivered();
    }

    private void check() {
      open.clear();
      for (HookRig.Sent each : rig.sent) {
        assertThat(open.put(each.letter.subject(), each))
            .as("seed %d: two of %s at once", seed, each.letter.subject())
            .isNull();
      }
      assertThat(rig.status().waiting() + rig.status().inFlight()).isLessThan(12 + 4);
    }

    /** What is new to the receiver is next. */
    private void checkOrder() {
      Map<String, List<Long>> expected = new HashMap<>();
      rig.happened.forEach(
          (revision, change) ->
              expected
                  .computeIfAbsent(change.key().toString(), key -> new ArrayList<>())
                  .add(revision));
      seen.all.forEach(
          (subject, revisions) ->
              assertThat(revisions.stream().distinct().toList())
                  .as("seed %d: %s", seed, subject)
                  .isEqualTo(expected.get(subject)));
    }
  }
}
