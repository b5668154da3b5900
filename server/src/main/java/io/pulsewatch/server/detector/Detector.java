package io.pulsewatch.server.detector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one stream's heartbeats have taught about its silences.
 *
 * <p>Between two heartbeats nothing that it knows changes, so the answer is one number in closed
 * form: one lazy timer for each session, and no polling. All times are awake nanoseconds from any
 * origin, compared by subtraction.
 *
 * <p><b>Slots.</b> A sender that skips a schedule slot skips its number, so {@code slots} is this
 * sequence less the last one, and slots x interval is the gap that was planned. Pass 1 for numbers
 * that the server gave (sequence 0) and for the first number after them: they prove no gap. Pass 0
 * for a sequence that is not greater than the last one, which only renews.
 *
 * <p>Confined to the thread that reads the stream. {@link #silenceNanos}, {@link #jitterNanos},
 * {@link #lateness} and {@link #successor} may be called on other threads and then tell what was so
 * a moment ago.
 */
public interface Detector {
  /**
   * A heartbeat arrived. Returns {@link #silenceNanos} after it. The first one has no silence
   * before it, and teaches its arrival only.
   *
   * @param slots schedule slots since the last heartbeat told to this detector; 0: renews only
   * @param arrivalNanos awake time of its arrival
   */
  long onHeartbeat(long slots, long arrivalNanos);

  /**
   * A heartbeat that ended a suspicion. Its silence is the longest of all, and a detector that
   * never sees what lies beyond its own margin never learns that the margin is too short: it
   * teaches like any other, unless the detector's own rule is another; only the jitter stays as it
   * was. Returns {@link #silenceNanos} after it.
   */
  long onDoubted(long slots, long arrivalNanos);

  /**
   * A heartbeat whose silence teaches nothing, because it ended a hold or fell in a pause of ours:
   * it only moves the arrival. Returns {@link #silenceNanos} after it.
   */
  long onUnrecorded(long slots, long arrivalNanos);

  /**
   * The silence after the newest arrival at which SUSPECT is due, before it is clamped to what was
   * granted; before the first heartbeat, what the profile alone says. At least 0.
   */
  long silenceNanos();

  /**
   * Recent spread of arrivals against the schedule: a running mean of how far each gap that was not
   * doubted was from the planned one, either way. 0 before the second heartbeat.
   */
  long jitterNanos();

  /** How late heartbeats came, least late first; empty where the detector keeps no distribution. */
  default List<LatenessCount> lateness() {
    return List.of();
  }

  /**
   * A detector that knows what this one has learnt, for the stream by which the session resumes.
   * The two share nothing.
   */
  Detector successor();

  /**
   * A detector for the same stream with another interval: what was learnt of lateness holds for any
   * plan. Its next heartbeat is its first. This one may serve no more. Null where nothing holds.
   */
  default @Nullable Detector at(long intervalNanos) {
    return null;
  }

  /**
   * Heartbeats that came at most {@code upperNanos} late, and later than the row before says.
   *
   * @param upperNanos the row's upper edge; {@link Long#MAX_VALUE} for the last one
   */
  record LatenessCount(long upperNanos, long count) {}
}
