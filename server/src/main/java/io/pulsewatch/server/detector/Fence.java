package io.pulsewatch.server.detector;

/** The client's own deadline, as a formula. Stateless. */
public final class Fence {
  private Fence() {}

  /**
   * How long after the send time of an acked heartbeat the client may believe in itself: (1 - rc)(T
   * / (1 + rs) - d). The server waits T from the arrival, which is never before the sending, so no
   * delay enters.
   *
   * @param grantedNanos T: silence before which the server says nothing
   * @param clientRateError rc: by how much the client's clock may run wrong
   * @param serverRateError rs: by how much the server's
   * @param stoppingNanos d: time that the client takes to stop
   * @return at least 0
   */
  public static long nanos(
      long grantedNanos, double clientRateError, double serverRateError, long stoppingNanos) {
    double fence = (1 - clientRateError) * (grantedNanos / (1 + serverRateError) - stoppingNanos);
    return (long) Math.max(0, fence);
  }
}
