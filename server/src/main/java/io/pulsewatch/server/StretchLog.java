package io.pulsewatch.server;

import io.pulsewatch.server.liveness.Times;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.function.IntSupplier;

/** Logs by how much times are stretched, when that changes. Confined to the fan-out loop. */
final class StretchLog {
  private final Logger logger;
  private final IntSupplier inForce;
  private int logged = Times.AS_GRANTED;

  /**
   * Starts a log.
   *
   * @param inForce percent of the granted times
   */
  StretchLog(Logger logger, IntSupplier inForce) {
    this.logger = logger;
    this.inForce = inForce;
  }

  void turn() {
    int percent = inForce.getAsInt();
    if (percent != logged) {
      String why =
          percent > logged
              ? "too many heartbeats: times are stretched, from %.2f to %.2f of what was granted"
              : "fewer heartbeats: who registers or resumes is granted less, from %.2f to %.2f of"
                  + " its wish";
      logger.log(Level.INFO, String.format(Locale.ROOT, why, logged / 100.0, percent / 100.0));
      logged = percent;
    }
  }
}
