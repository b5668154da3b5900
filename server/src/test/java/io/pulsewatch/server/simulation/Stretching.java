package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Times;

/**
 * By how much the times of one life are longer, in percent, as DESIGN says it: a factor that rises
 * is so for all who live; it goes back for one when it is granted its times anew. What it was told
 * before may then last until each fence from before must be over.
 */
final class Stretching {
  private int least = Times.AS_GRANTED;
  private int most = Times.AS_GRANTED;
  private int told = Times.AS_GRANTED;
  private boolean goesBack;
  private long backNanos;

  int least() {
    return least;
  }

  int most() {
    return most;
  }

  int told() {
    return told;
  }

  void rise(int percent) {
    least = Math.max(least, percent);
    most = Math.max(most, percent);
  }

  void tell(int percent) {
    told = Math.max(told, percent);
  }

  /**
   * It registers or resumes.
   *
   * @param fenceNanos no fence that it was given before is longer
   * @return whether its times are shorter than before
   */
  boolean grant(int percent, long nowNanos, long fenceNanos) {
    look(nowNanos, fenceNanos);
    boolean shorter = percent < least;
    if (shorter) {
      goesBack = true;
      backNanos = nowNanos;
    }
    least = percent;
    told = percent;
    most = goesBack ? Math.max(most, percent) : percent;
    return shorter;
  }

  /** The times before are over where no fence can be left of them. */
  void look(long nowNanos, long fenceNanos) {
    if (goesBack && nowNanos - backNanos >= fenceNanos) {
      goesBack = false;
      most = least;
    }
  }

  @Override
  public String toString() {
    return "stretched to " + least + " .. " + most + " %, told " + told + " %";
  }

  /**
   * How long who was told of these times may go by them. Without a window there is no fence, but
   * who comes by beats may beat by the old interval.
   */
  static long untilSure(Times longer) {
    return longer.resumeWindowNanos() == 0 ? longer.timeoutNanos() : longer.shortestNanos();
  }
}
