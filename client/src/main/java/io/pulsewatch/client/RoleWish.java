package io.pulsewatch.client;

import io.pulsewatch.client.session.Fence;
import io.pulsewatch.client.session.RoleTerms;
import io.pulsewatch.client.session.Terms;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * A role that an application stands for, and whom it tells.
 *
 * @param name of the role
 * @param stopWithinNanos how long work needs to stop, or {@link Terms#UNSET}
 * @param onGranted told the fencing token
 * @param onLost stops work
 */
record RoleWish(String name, long stopWithinNanos, LongConsumer onGranted, Runnable onLost) {

  RoleTerms terms() {
    return new RoleTerms(name, stopWithinNanos);
  }

  /** Fails where the times that will be granted leave no heartbeat the time to renew the role. */
  void check(Terms wished) {
    if (wished.resumeWindowNanos() == 0) {
      throw new IllegalArgumentException(
          "role: '" + name + "' with a resume window of 0 (expected: one, or there is no fence)");
    }
    long stop =
        stopWithinNanos == Terms.UNSET
            ? Fence.stopWithinNanos(wished.allowanceNanos())
            : stopWithinNanos;
    long fence = Fence.nanos(wished.allowanceNanos(), stop);
    long least = wished.intervalNanos() / 10 * 11;
    if (fence < least) {
      throw new IllegalArgumentException(
          String.format(
              "role: '%s': %d ms to stop in leave a fence of %d ms (expected: at least %d ms, 1.1 x"
                  + " interval; the smaller one of timeout and resume window is %d ms)",
              name,
              millis(stop),
              Math.max(0, millis(fence)),
              millis(least),
              millis(wished.allowanceNanos())));
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
