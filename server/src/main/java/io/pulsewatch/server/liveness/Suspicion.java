package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * Names one suspicion: of whom, and since when. An answer that is asked for in one suspicion means
 * nothing in the next. Immutable.
 *
 * @param sinceMillis wall time at which the instance became SUSPECT
 */
public record Suspicion(InstanceKey key, long incarnation, long sinceMillis) {
  /** Nobody who is asked about a suspect has longer to answer. */
  static final long MAX_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The suspicion that a suspect is in. */
  public static Suspicion of(Entry suspect) {
    return new Suspicion(suspect.key(), suspect.incarnation(), suspect.sinceMillis());
  }

  /** True while the instance is in this suspicion. */
  public boolean isOf(Entry entry) {
    return entry.state() == State.SUSPECT && equals(of(entry));
  }

  /** How long an answer is waited for: a verdict waits for none, so it must come well before. */
  public static long withinNanos(long untilDeadNanos) {
    return Math.min(MAX_WITHIN_NANOS, untilDeadNanos / 2);
  }
}
