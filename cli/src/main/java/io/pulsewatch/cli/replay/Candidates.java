package io.pulsewatch.cli.replay;

import io.pulsewatch.cli.replay.Candidate.Steps;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import io.pulsewatch.server.detector.Nfd2w;
import io.pulsewatch.server.detector.PhiExponential;
import io.pulsewatch.server.detector.PhiLogistic;
import io.pulsewatch.server.detector.TailQuantile;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The server's detectors, each with the knob that is turned and everything else frozen. Stateless.
 *
 * <p>What bounds a margin or adds a fixed pause to it is left out, since a sweep would only show
 * the bound: {@code tail} has no least and no greatest margin, {@code phi} no accepted pause. The
 * floor of phi's deviation is Akka's 100 ms at Akka's interval of 1 s, and in proportion at others.
 */
public final class Candidates {
  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Akka's floor of the deviation is a tenth of Akka's interval. */
  private static final int MIN_DEVIATION_DIVISOR = 10;

  /** Steps of the sweeps: a factor of two, so that no detector has a finer one than another. */
  private static final double FACTOR = 2;

  private static final int STEPS = 16;

  private Candidates() {}

  /**
   * All of them.
   *
   * @param intervalNanos by which ranges are chosen
   */
  public static List<Candidate> all(long intervalNanos, Profile profile) {
    return List.of(
        tail(profile, Learning.BY_ITS_RULE),
        fixed(intervalNanos),
        phi(),
        phiExponential(),
        nfd2w(intervalNanos));
  }

  /** The tail quantile; the knob is k. */
  public static Candidate tail(Profile profile, Learning learning) {
    return new Candidate(
        "tail",
        "k",
        "",
        new Steps(1.0 / 64, FACTOR, STEPS),
        0,
        learning,
        (interval, knob) -> {
          TailQuantile.Settings set = profile.tail(knob);
          return new TailQuantile(
              interval,
              new TailQuantile.Settings(
                  knob, set.stallNanos(), set.priorNanos(), 0, TimeUnit.DAYS.toNanos(1)));
        });
  }

  /** The fixed timeout; the knob is the timeout. */
  public static Candidate fixed(long intervalNanos) {
    double intervalMillis = intervalNanos / NANOS_PER_MILLI;
    return new Candidate(
        "fixed",
        "timeout",
        "ms",
        new Steps(intervalMillis / 256, FACTOR, STEPS),
        intervalMillis,
        Learning.BY_ITS_RULE,
        (interval, margin) ->
            new DetectorChoice.Fixed(interval + (long) (margin * NANOS_PER_MILLI))
                .create(interval));
  }

  /** Phi accrual in Akka's form; the knob is the threshold. */
  public static Candidate phi() {
    return phi("phi", MIN_DEVIATION_DIVISOR);
  }

  /** Phi accrual with another floor of the deviation: the interval, divided by this. */
  public static Candidate phi(String name, long minDeviationDivisor) {
    return new Candidate(
        name,
        "phi",
        "",
        new Steps(0.25, FACTOR, STEPS),
        0,
        Learning.BY_ITS_RULE,
        (interval, threshold) ->
            new PhiLogistic(
                interval,
                new PhiLogistic.Settings(
                    threshold,
                    DetectorChoice.PHI_WINDOW,
                    Math.max(1, interval / minDeviationDivisor),
                    0,
                    interval)));
  }

  /** Phi accrual in Cassandra's form; the knob is the threshold. */
  public static Candidate phiExponential() {
    return new Candidate(
        "phi-exponential",
        "phi",
        "",
        new Steps(1.0 / 8, FACTOR, STEPS),
        0,
        Learning.BY_ITS_RULE,
        (interval, threshold) ->
            new PhiExponential(
                interval,
                new PhiExponential.Settings(
                    threshold, DetectorChoice.PHI_WINDOW, 2 * interval, 2 * interval)));
  }

  /** Chen's estimator with two windows; the knob is the margin. */
  public static Candidate nfd2w(long intervalNanos) {
    return new Candidate(
        "nfd2w",
        "margin",
        "s",
        new Steps(intervalNanos / NANOS_PER_SECOND / 256, FACTOR, STEPS),
        0,
        Learning.BY_ITS_RULE,
        (interval, margin) ->
            new Nfd2w(
                interval,
                new Nfd2w.Settings(
                    (long) (margin * NANOS_PER_SECOND),
                    Nfd2w.Settings.SHORT_WINDOW,
                    Nfd2w.Settings.LONG_WINDOW)));
  }
}
