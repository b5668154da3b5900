package io.pulsewatch.server.liveness;

import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.DetectorChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeats of one stream have taught: how long its silence may be before it is doubted.
 *
 * <p>The part of a {@link Pulse} that its detector has to do with. It is no object of its own: each
 * heartbeat would have one more to look up.
 *
 * <p>Written by the thread that reads the stream, and by the loop before its first heartbeat. Other
 * threads may read what it has learnt, as it was a moment ago.
 */
abstract sealed class Lessons permits Pulse {
  private DetectorChoice choice = DetectorChoice.DEFAULT;
  private @Nullable Detector detector;
  private Times granted = Times.NONE;

  /** Silence at which SUSPECT is due; published by the arrival that is written after it. */
  private long doubtNanos = Long.MAX_VALUE;

  /** Before the pulse is handed to the loop: how its silences are to be judged. */
  public final void judgeBy(DetectorChoice wanted) {
    choice = wanted;
  }

  /** How its silences are judged. */
  final DetectorChoice choice() {
    return choice;
  }

  /**
   * What was learnt before goes on, unless the client chose anew.
   *
   * @param shared whether both learn on the same thread: what one learns the other knows
   */
  final void learnFrom(Lessons old, boolean chooses, boolean shared) {
    choice = chooses ? choice : old.choice;
    Detector learnt = old.detector;
    if (learnt != null && choice.equals(old.choice)) {
      detector = shared ? learnt : learnt.successor();
      granted = old.granted;
    }
  }

  /** The gap between heartbeats that its sender was told. */
  final long intervalNanos() {
    return granted.intervalNanos();
  }

  /** The times that its sender was told last. Any thread: as it was a moment ago. */
  final Times told() {
    return granted;
  }

  /** What the sender is told, and by how much of it is longer than what was granted. */
  final void plan(Times times, int stretchPercent) {
    Detector learnt = detector;
    if (learnt == null || granted.intervalNanos() != times.intervalNanos()) {
      Detector kept = learnt == null ? null : learnt.at(times.intervalNanos());
      learnt = kept == null ? choice.stretched(stretchPercent).create(times.intervalNanos()) : kept;
      detector = learnt;
    }
    granted = times;
    doubtNanos = times.doubtNanos(learnt.silenceNanos());
  }

  /**
   * What the detector makes of a silence. One that was announced, asked into or shortened by a
   * pause of ours teaches nothing; one that was doubted, what the detector's own rule makes of it.
   *
   * @param arrivalNanos when the heartbeat that ended it arrived, in awake time of the reader
   */
  final void teach(long slots, long arrivalNanos, boolean teaches, boolean doubted) {
    Detector learning = detector;
    if (learning == null) {
      return;
    }
    long wanted;
    if (!teaches) {
      wanted = learning.onUnrecorded(slots, arrivalNanos);
    } else if (doubted) {
      wanted = learning.onDoubted(slots, arrivalNanos);
    } else {
      wanted = learning.onHeartbeat(slots, arrivalNanos);
    }
    doubtNanos = granted.doubtNanos(wanted);
  }

  /** Silence at which SUSPECT is due. Read the silence first. */
  final long doubtNanos() {
    return doubtNanos;
  }

  /** No heartbeat to come can make SUSPECT due after a shorter silence. */
  final long leastDoubtNanos() {
    return choice instanceof DetectorChoice.Fixed ? doubtNanos : granted.leastDoubtNanos();
  }

  /** Recent spread of arrivals against the schedule. */
  final long jitterNanos() {
    Detector learnt = detector;
    return learnt == null ? 0 : learnt.jitterNanos();
  }

  /** How late heartbeats came. Any thread: as it was a moment ago. */
  final List<Detector.LatenessCount> lateness() {
    Detector learnt = detector;
    return learnt == null ? List.of() : learnt.lateness();
  }
}
