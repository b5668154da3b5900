package io.pulsewatch.server.detector;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/**
 * What a timeout would have cost: how often a day an instance would have been called dead while it
 * lived.
 *
 * <p>A heartbeat comes after the planned gap and its lateness, so a timeout would have been wrong
 * for each one later than timeout - interval. The rate is their number over the time observed,
 * which is one interval for each heartbeat counted. Of what was never seen, 3 / time is the upper
 * bound at 95 % (the "rule of three"; Chen, Toueg and Aguilera count mistakes over time, too). All
 * of it holds if the stream goes on as it went.
 *
 * <p>A bucket that the limit cuts is counted whole. Silences that were survived and are in no
 * bucket, since the detector did not learn from them, are counted besides, over the time for which
 * they are known.
 *
 * <p>Immutable.
 *
 * @param timeoutNanos the timeout asked about
 * @param seen heartbeats that it would not have waited for
 * @param falsePerDay wrong verdicts a day; an upper bound where nothing was seen
 */
public record TimeoutCost(long timeoutNanos, long seen, double falsePerDay) {
  /** At 95 %, something that was not seen happens at most so often in the time observed. */
  private static final double UNSEEN = 3;

  /** Of the granted timeout. */
  private static final double[] LADDER = {0.5, 0.75, 1, 1.5, 2, 3};

  /**
   * The costs of timeouts around the granted one, shortest first.
   *
   * @param lateness how late heartbeats came; where it is empty, so is the answer
   * @param ended silences that ended a suspicion and are in no bucket
   * @param intervalNanos the granted interval
   * @param grantedNanos the granted timeout
   * @param maxNanos the longest timeout that may be granted
   */
  public static List<TimeoutCost> around(
      List<Detector.LatenessCount> lateness,
      Ended ended,
      long intervalNanos,
      long grantedNanos,
      long maxNanos) {
    double observedDays =
        (double) observedNanos(lateness, intervalNanos) / TimeUnit.DAYS.toNanos(1);
    if (observedDays == 0) {
      return List.of();
    }
    return DoubleStream.of(LADDER)
        .mapToLong(factor -> clamp((long) (factor * grantedNanos), intervalNanos, maxNanos))
        .distinct()
        .mapToObj(timeout -> cost(timeout, lateness, ended, intervalNanos, observedDays))
        .toList();
  }

  /**
   * Silences that ended a suspicion, and so were no death, and that the detector did not count.
   *
   * @param nanos their lengths
   * @param knownNanos the time in which each such silence is known
   */
  public record Ended(List<Long> nanos, long knownNanos) {
    public Ended {
      nanos = List.copyOf(nanos);
    }

    private long atLeast(long timeoutNanos) {
      return nanos.stream().filter(silence -> silence >= timeoutNanos).count();
    }
  }

  /** The time in which so many heartbeats were due. */
  private static long observedNanos(List<Detector.LatenessCount> lateness, long intervalNanos) {
    return intervalNanos * lateness.stream().mapToLong(Detector.LatenessCount::count).sum();
  }

  private static TimeoutCost cost(
      long timeoutNanos,
      List<Detector.LatenessCount> lateness,
      Ended ended,
      long intervalNanos,
      double observedDays) {
    long marginNanos = timeoutNanos - intervalNanos;
    long late =
        lateness.stream()
            .filter(row -> row.upperNanos() > marginNanos)
            .mapToLong(Detector.LatenessCount::count)
            .sum();
    long survived = ended.atLeast(timeoutNanos);
    if (late + survived == 0) {
      return new TimeoutCost(timeoutNanos, 0, UNSEEN / observedDays);
    }
    double knownDays =
        (double) Math.max(intervalNanos, ended.knownNanos()) / TimeUnit.DAYS.toNanos(1);
    return new TimeoutCost(
        timeoutNanos,
        late + survived,
        (double) late / observedDays + (double) survived / knownDays);
  }

  /** No timeout is granted outside these. */
  private static long clamp(long timeoutNanos, long intervalNanos, long maxNanos) {
    return Math.max(3 * intervalNanos / 2, Math.min(maxNanos, timeoutNanos));
  }
}
