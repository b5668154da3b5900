package io.pulsewatch.cli;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * How long one instance was up between the first of its changes that is looked at and now.
 *
 * <p>Up is {@code ALIVE}. A suspicion is no verdict, neither way: its time is told beside, and is
 * not up.
 *
 * @param from the first change
 * @param span from there to now
 * @param alive how long of it {@code ALIVE}
 * @param suspect how long of it {@code SUSPECT}
 * @param flaps suspicions that were withdrawn
 */
record Uptime(Instant from, Duration span, Duration alive, Duration suspect, int flaps) {

  /**
   * Counts.
   *
   * @param changes oldest first, at least one
   */
  static Uptime of(List<Change> changes, Instant now) {
    Duration span = Duration.ZERO;
    Duration alive = Duration.ZERO;
    Duration suspect = Duration.ZERO;
    int flaps = 0;
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      Instant end = i + 1 < changes.size() ? Spans.of(changes.get(i + 1).getAt()) : now;
      Duration lasted = Duration.between(Spans.of(change.getAt()), end);
      // A wall clock that was set back makes no time less than none.
      lasted = lasted.isNegative() ? Duration.ZERO : lasted;
      State after = change.getInstance().getState();
      boolean there = change.getCause() != Cause.CAUSE_REMOVED;
      span = span.plus(lasted);
      alive = there && after == State.STATE_ALIVE ? alive.plus(lasted) : alive;
      suspect = there && after == State.STATE_SUSPECT ? suspect.plus(lasted) : suspect;
      if (change.getPrevious().getState() == State.STATE_SUSPECT && after == State.STATE_ALIVE) {
        flaps++;
      }
    }
    return new Uptime(Spans.of(changes.get(0).getAt()), span, alive, suspect, flaps);
  }

  double aliveShare() {
    return share(alive);
  }

  double suspectShare() {
    return share(suspect);
  }

  private double share(Duration part) {
    return span.isZero() ? 0 : (double) part.toNanos() / span.toNanos();
  }

  /** {@code up 98.2 % of 3 h 0 m (and SUSPECT 0.4 %), 2 flaps}. */
  String words() {
    return "up "
        + percent(aliveShare())
        + " of "
        + Spans.measured(span)
        + (suspect.isZero() ? "" : " (and SUSPECT " + percent(suspectShare()) + ")")
        + ", "
        + (flaps == 1 ? "1 flap" : flaps + " flaps");
  }

  /**
   * Says neither all nor nothing where it is not quite: cut, with more digits where nines count.
   */
  private static String percent(double share) {
    double percent = share * 100;
    if (percent == 0 || percent == 100) {
      return String.format(Locale.ROOT, "%.0f %%", percent);
    }
    int digits = percent < 99 ? 1 : percent < 99.9 ? 2 : 3;
    double unit = Math.pow(10, digits);
    double cut = Math.floor(percent * unit) / unit;
    return cut == 0 ? "< 0.1 %" : String.format(Locale.ROOT, "%." + digits + "f %%", cut);
  }
}
