package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.load.SendLog;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Silences instances of a fleet, one after the other. Stateless. */
final class OneByOne {
  private OneByOne() {}

  /**
   * Evenly over the time, each at some place of its own interval. Returns when the last one is.
   *
   * @param first of those to choose from
   * @param end after the last of those
   */
  static void silence(
      SendLog log, SplittableRandom chance, int first, int end, int count, long wholeNanos)
      throws InterruptedException {
    long began = System.nanoTime();
    for (int done = 0; done < count; ) {
      int number = first + chance.nextInt(end - first);
      if (log.isSilent(number)) {
        continue;
      }
      log.silence(number);
      done++;
      sleepUntil(began + wholeNanos / count * done);
    }
    sleepUntil(began + wholeNanos);
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
  }
}
