package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Times;

/** When a client stops believing in itself: counted from send times, by its own clock. */
final class ClientFence {
  private final ClientClock clock;
  private final Timer timer;
  private long at;
  private boolean isSet;
  private boolean watched;
  private boolean expired;
  private long expirations;
  private long holdEnded;
  private boolean hasEndedHold;

  /** The client's own timer: it does not fire while the client is stopped. */
  interface Timer {
    void after(long clockNanos, Runnable action);
  }

  ClientFence(ClientClock clock, Timer timer) {
    this.clock = clock;
    this.timer = timer;
  }

  /** True while there is one and it does not say that the time is up. */
  boolean believes() {
    return isSet && clock.now() - at < 0;
  }

  long expirations() {
    return expirations;
  }

  /** Another incarnation has another one. */
  void drop() {
    isSet = false;
  }

  /** From the sending of this heartbeat on the granted times count again, acked or not. */
  void endHold(long sentNanos, Times times) {
    hasEndedHold = true;
    holdEnded = sentNanos;
    long granted = sentNanos + times.fenceNanos();
    if (isSet && at - granted > 0) {
      at = granted;
    }
  }

  /** The heartbeat that was sent then is acked: the newest of these counts. */
  void renew(long sentNanos, Times times) {
    if (hasEndedHold && sentNanos - holdEnded < 0) {
      return; // of a heartbeat before the end of its pause: what it renewed is over
    }
    long granted = times.fenceNanos();
    if (granted == 0) {
      isSet = false;
      return;
    }
    if (!isSet || sentNanos + granted - at > 0) {
      at = sentNanos + granted;
    }
    isSet = true;
    expired = expired && clock.now() - at >= 0;
    if (!watched) {
      watch();
    }
  }

  private void watch() {
    watched = believes();
    if (watched) {
      timer.after(at - clock.now(), this::watch);
    } else if (isSet && !expired) {
      expired = true;
      expirations++;
    }
  }

  @Override
  public String toString() {
    return isSet ? "fence in " + (at - clock.now()) / 1e6 + " ms" : "no fence";
  }
}
