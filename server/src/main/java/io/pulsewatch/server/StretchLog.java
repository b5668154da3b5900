package io.pulsewatch.server;

import io.pulsewatch.server.liveness.Times;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Logs by how much times are stretched, for who comes now and for those who live, when one of the
 * two changes. Confined to the fan-out loop.
 */
final class StretchLog {
  private final Logger logger;
  private final IntSupplier inForce;
  private final IntSupplier greatest;
  private int logged = Times.AS_GRANTED;
  private int loggedGreatest = Times.AS_GRANTED;

  /**
   * Starts a log.
   *
   * @param inForce percent of the granted times
   * @param greatest the same under which somebody may still live
   */
  StretchLog(Logger logger, IntSupplier inForce, IntSupplier greatest) {
    this.logger = logger;
    this.inForce = inForce;
    this.greatest = greatest;
  }

  void turn() {
    int percent = inForce.getAsInt();
    int most = Math.max(percent, greatest.getAsInt());
    if (percent != logged || most != loggedGreatest) {
      String line =
          String.format(
              Locale.ROOT,
              why(percent) + "; those who live have %3$.2f at the most",
              percent / 100.0,
              logged / 100.0,
              most / 100.0);
      logger.log(Level.INFO, line);
      logged = percent;
      loggedGreatest = most;
    }
  }

  private String why(int percent) {
    if (percent == logged) {
      return "who registers or resumes is granted %1$.2f of its wish, as before";
    }
    return percent > logged
        ? "too many heartbeats: times are stretched to %1$.2f of what was granted, from %2$.2f"
        : "fewer heartbeats: who registers or resumes is granted %1$.2f of its wish, not %2$.2f";
  }
}
