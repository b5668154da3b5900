package io.pulsewatch.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The times that an instance wishes for, checked against the contract's ranges before anything is
 * started, so that a mistake does not show once the command runs.
 *
 * @param interval null: 2 s
 * @param timeout null: 3 x interval
 * @param resumeWindow null: as the server chooses
 */
record BeatTimes(
    @Nullable Duration interval, @Nullable Duration timeout, @Nullable Duration resumeWindow) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_INTERVAL = Duration.ofHours(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(24);

  BeatTimes {
    Duration gap = interval == null ? DEFAULT_INTERVAL : interval;
    check("--interval", gap, MIN_INTERVAL, MAX_INTERVAL);
    Duration least = gap.multipliedBy(3).dividedBy(2);
    Duration silence = timeout == null ? gap.multipliedBy(3) : timeout;
    check("--timeout", silence, least, MAX_TIMEOUT);
    if (resumeWindow != null && !resumeWindow.isZero()) {
      check("--resume-window", resumeWindow, least, silence);
    }
  }

  private static void check(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw CommandException.usage(
          option
              + ": "
              + Spans.exact(value)
              + " (expected: "
              + Spans.exact(least)
              + " to "
              + Spans.exact(most)
              + ")");
    }
  }
}
