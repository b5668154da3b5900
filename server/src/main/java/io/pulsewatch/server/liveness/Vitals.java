package io.pulsewatch.server.liveness;

import io.pulsewatch.server.detector.Detector;
import java.util.List;

/**
 * The live numbers of one session, which move with each heartbeat and make no change. Written by
 * the loop when a new pulse carries the session on; readable by any thread.
 */
public final class Vitals {
  private volatile Pulse pulse;
  private volatile Flaps flaps = Flaps.NONE;

  Vitals(Pulse pulse) {
    this.pulse = pulse;
  }

  /** Of an incarnation that is history: they do not move any more. */
  public static Vitals still(long lastSequence, long heardMillis, Moment now) {
    Pulse still = new Pulse(Bygone.READER, Bygone.READER.clock(), now.nanos());
    still.continueFrom(lastSequence, Status.SERVING);
    long agoNanos = Bygone.agoNanos(heardMillis, now);
    still.recall(agoNanos, agoNanos, false, now.nanos());
    return new Vitals(still);
  }

  /** What happened before this process began. */
  void recall(Flaps earlier) {
    flaps = earlier;
  }

  List<Long> flapMillis(Moment now) {
    return flaps.withdrawnMillis(now);
  }

  void carryOn(Pulse next) {
    pulse = next;
  }

  void withdraw(long nowNanos) {
    flaps = flaps.and(nowNanos);
  }

  /** How long the next suspicion, and a return to serving, waits. */
  long dampNanos(Times times, long nowNanos) {
    return flaps.dampNanos(times, nowNanos);
  }

  /** Suspicions withdrawn in the last ten minutes. */
  public int flaps(long nowNanos) {
    return flaps.count(nowNanos);
  }

  /** Number of the newest heartbeat. */
  public long lastSequence() {
    return pulse.lastSequence();
  }

  /** Monotonic arrival of the newest sign of life that is known. */
  public long arrivalNanos() {
    return pulse.heardNanos();
  }

  /** That silence, divided by the silence at which SUSPECT is due. */
  public double suspicion(long nowNanos) {
    return (double) silenceNanos(nowNanos) / pulse.doubtNanos();
  }

  /** Silence up to now, our own pauses taken off. */
  public long silenceNanos(long nowNanos) {
    return pulse.silenceNanos(nowNanos);
  }

  /** True where unary beats carry it, and no stream. */
  public boolean isByBeat() {
    return pulse.isByBeat();
  }

  /**
   * The times that its sender was told last, stretched ones among them.
   *
   * @param otherwise where it was told none, as in history
   */
  public Times told(Times otherwise) {
    Times told = pulse.told();
    return told.equals(Times.NONE) ? otherwise : told;
  }

  /** How late its heartbeats came; empty where its detector keeps no distribution. */
  public List<Detector.LatenessCount> lateness() {
    return pulse.lateness();
  }
}
