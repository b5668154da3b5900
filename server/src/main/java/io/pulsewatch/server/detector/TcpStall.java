package io.pulsewatch.server.detector;

/** What lost segments do to a thin TCP stream: they delay it, and lose nothing. Stateless. */
public final class TcpStall {
  /** Linux' least retransmission timeout, in nanoseconds. */
  public static final long LINUX_MIN_RTO = 200_000_000;

  private TcpStall() {}

  /**
   * The stall after so many losses of the same segment in a row: the timeout doubles with each, so
   * their sum is rto (2^losses - 1). {@link Long#MAX_VALUE} where it is beyond a long.
   *
   * @param rtoNanos the first retransmission timeout, at least 0
   */
  public static long nanos(long rtoNanos, int losses) {
    if (losses <= 0 || rtoNanos == 0) {
      return 0;
    }
    if (losses >= Long.SIZE - 1) {
      return Long.MAX_VALUE;
    }
    long times = (1L << losses) - 1;
    return times > Long.MAX_VALUE / rtoNanos ? Long.MAX_VALUE : rtoNanos * times;
  }
}
