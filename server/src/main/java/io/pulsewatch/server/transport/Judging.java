package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Times;

/**
 * Whether anybody is judged here, and by how much longer times than were granted. While nobody is,
 * no sign of life renews a fence: neither {@code registered} nor an ack carries {@code expires_in},
 * so that whoever relies on our verdicts stops in time.
 *
 * <p>Thread-safe; two volatile reads for each ack.
 */
public final class Judging {
  private volatile boolean goesOn = true;

  private volatile boolean drains;

  private volatile int stretchPercent = Times.AS_GRANTED;
  private volatile int greatestStretchPercent = Times.AS_GRANTED;

  /** Percent of the granted times by which everybody is judged, at the least. */
  public int stretchPercent() {
    return stretchPercent;
  }

  /** Percent of the granted times under which somebody may still live; for people. */
  public int greatestStretchPercent() {
    return greatestStretchPercent;
  }

  /** The liveness loop judges so from now on. */
  public void stretch(int percent, int greatestPercent) {
    if (percent != stretchPercent) {
      stretchPercent = percent;
    }
    if (greatestPercent != greatestStretchPercent) {
      greatestStretchPercent = greatestPercent;
    }
  }

  /** Everybody is sent away, or nobody any more. */
  public void drain(boolean on) {
    drains = on;
  }

  /** True while everybody is sent away. */
  public boolean drains() {
    return drains;
  }

  public boolean goesOn() {
    return goesOn;
  }

  /** From this moment on, and for good. */
  public void stop() {
    goesOn = false;
  }
}
