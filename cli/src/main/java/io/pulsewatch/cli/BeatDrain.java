package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchSender;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The time between DRAINING and the end: whoever sends requests to the instance hears of the one
 * before the other.
 *
 * @param time how long it takes, at the most where watchers are named
 * @param watchers who ends it by acknowledging it; empty: it takes its whole time
 */
record BeatDrain(Duration time, List<String> watchers) {
  private static final Duration MAX = Duration.ofMinutes(5);

  BeatDrain {
    if (time.isNegative() || time.compareTo(MAX) > 0) {
      throw CommandException.usage(
          "--drain: " + Spans.exact(time) + " (expected: 0s to " + Spans.exact(MAX) + ")");
    }
    if (time.isZero() && !watchers.isEmpty()) {
      throw CommandException.usage("--wait-for needs --drain: how long to wait");
    }
    watchers = List.copyOf(watchers);
  }

  boolean isNone() {
    return time.isZero();
  }

  /** Says so, and is done when it may end. */
  CompletableFuture<Void> begin(PulsewatchSender sender, Surroundings surroundings) {
    CompletableFuture<Set<String>> understood = sender.drain(time, watchers.toArray(String[]::new));
    if (watchers.isEmpty()) {
      return new CompletableFuture<Void>()
          .completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS);
    }
    return understood.thenAccept(
        missing -> {
          if (!missing.isEmpty()) {
            surroundings.say(
                "not acknowledged within "
                    + Spans.exact(time)
                    + " by "
                    + String.join(", ", new TreeSet<>(missing)));
          }
        });
  }
}
