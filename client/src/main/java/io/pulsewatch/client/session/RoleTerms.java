package io.pulsewatch.client.session;

/**
 * A role that a sender stands for.
 *
 * @param name of the role
 * @param stopWithinNanos how long its work needs to stop, or {@link Terms#UNSET}: min(250 ms, b /
 *     4)
 */
public record RoleTerms(String name, long stopWithinNanos) {
  /** Tells whether the times leave a heartbeat the time to renew the role. */
  boolean fits(Terms granted) {
    return Fence.nanos(granted.allowanceNanos(), stopWithinNanos(granted))
        >= granted.intervalNanos() / 10 * 11;
  }

  long stopWithinNanos(Terms granted) {
    return stopWithinNanos == Terms.UNSET
        ? Fence.stopWithinNanos(granted.allowanceNanos())
        : stopWithinNanos;
  }
}
