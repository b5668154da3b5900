package io.pulsewatch.server.transport;

/**
 * Whether anybody is judged here. While nobody is, no sign of life renews a fence: neither {@code
 * registered} nor an ack carries {@code expires_in}, so that whoever relies on our verdicts stops
 * in time.
 *
 * <p>Thread-safe; one volatile read for each ack.
 */
public final class Judging {
  private volatile boolean goesOn = true;

  public boolean goesOn() {
    return goesOn;
  }

  /** From this moment on, and for good. */
  public void stop() {
    goesOn = false;
  }
}
