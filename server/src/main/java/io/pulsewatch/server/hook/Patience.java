package io.pulsewatch.server.hook;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long an attempt may take, how long a hook waits for the next one, and when it gives up. Waits
 * double from the least to the most, and half of each is chance, so that those who failed together
 * do not come back together.
 *
 * @param timeoutNanos of one attempt
 * @param maxAttempts after so many a change is a dead letter
 * @param maxAgeMillis one that was tried for so long is one after its next failure
 * @param leastNanos the first wait
 * @param mostNanos the longest
 */
public record Patience(
    long timeoutNanos, int maxAttempts, long maxAgeMillis, long leastNanos, long mostNanos) {
  /** A receiver that asks for more than so long is asked again after so long. */
  static final long MAX_ASKED_NANOS = TimeUnit.HOURS.toNanos(1);

  /**
   * How long to wait.
   *
   * @param failures in a row, from 1
   * @param askedNanos what the receiver asked for; 0: nothing
   */
  long waitNanos(int failures, long askedNanos, RandomGenerator chance) {
    long doubled = leastNanos;
    for (int i = 1; i < failures && doubled < mostNanos; i++) {
      doubled *= 2;
    }
    long most = Math.min(doubled, mostNanos);
    long own = most / 2 + chance.nextLong(most / 2 + 1);
    return Math.max(own, Math.min(askedNanos, MAX_ASKED_NANOS));
  }

  /** Whether a change that failed again is given up. */
  boolean isOver(int failures, long ageMillis) {
    return failures >= maxAttempts || ageMillis > maxAgeMillis;
  }
}
