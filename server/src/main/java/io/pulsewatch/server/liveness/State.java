package io.pulsewatch.server.liveness;

/** Our verdict about an instance. */
public enum State {
  ALIVE,
  SUSPECT,
  DEAD,
  LEFT;

  /** True while the incarnation may still be heard: it has a session. */
  public boolean isLive() {
    return this == ALIVE || this == SUSPECT;
  }
}
