package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchSender;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The time between DRAINING and the end: whoever sends requests to the instance hears of the one
 * before the other.
 *
 * @param time how long it takes, at the most where watchers are named
 * @param watchers who ends it by acknowledging it; empty: it takes its whole time
 */
record BeatDrain(Duration time, List<String> watchers) {
  private static final Duration MAX = Duration.ofMinutes(5);
  private static final int MAX_WATCHERS = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:@-]{1,253}");

  BeatDrain {
    if (time.isNegative() || time.compareTo(MAX) > 0) {
      throw CommandException.usage(
          "--drain: " + Spans.exact(time) + " (expected: 0s to " + Spans.exact(MAX) + ")");
    }
    if (time.isZero() && !watchers.isEmpty()) {
      throw CommandException.usage("--wait-for needs --drain: how long to wait");
    }
    if (watchers.size() > MAX_WATCHERS) {
      throw CommandException.usage(
          "--wait-for: " + watchers.size() + " names (expected: at most " + MAX_WATCHERS + ")");
    }
    watchers.forEach(BeatDrain::checkName);
    watchers = List.copyOf(watchers);
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw CommandException.usage(
          "--wait-for: '" + name + "' (expected: 1..253 of A-Z a-z 0-9 . _ - : @)");
    }
  }

  boolean isNone() {
    return time.isZero();
  }

  /** Says so, and is done when it may end. */
  CompletableFuture<Void> begin(PulsewatchSender sender, Surroundings surroundings) {
    CompletableFuture<Set<String>> understood = sender.drain(time, watchers.toArray(String[]::new));
    CompletableFuture<Void> wholeTime =
        new CompletableFuture<Void>().completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS);
    return watchers.isEmpty() ? wholeTime : end(understood, wholeTime, surroundings);
  }

  /** Where nobody can be asked the pause is all that is left: a server that is too old, say. */
  CompletableFuture<Void> end(
      CompletableFuture<Set<String>> understood,
      CompletableFuture<Void> wholeTime,
      Surroundings surroundings) {
    return understood.thenCompose(
        missing -> {
          if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(null);
          }
          String names = String.join(", ", new TreeSet<>(missing));
          surroundings.say(
              wholeTime.isDone()
                  ? "not acknowledged within " + Spans.exact(time) + " by " + names
                  : "nobody can tell whether "
                      + names
                      + " acknowledged it: the server is too old, refuses it, or the session is"
                      + " over; going on for the whole "
                      + Spans.exact(time));
          return wholeTime;
        });
  }
}
