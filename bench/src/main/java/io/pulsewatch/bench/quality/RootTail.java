package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidate.Steps;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import io.pulsewatch.server.detector.TailQuantile;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An idea that is tried: the margin k sqrt(c (q + c)) in place of k (q + c). Confined to one
 * thread.
 *
 * <p>A margin in proportion to the quantile gives each stream about the same rate of mistakes. What
 * makes the mean detection time of a fleet least, at a rate of the whole fleet, is another thing:
 * the next millisecond of margin must save as many mistakes on each stream. Where lateness has the
 * tail (m/q)^-a that asks for margins in proportion to q^(a/(a+1)), the root for a of 1.
 */
final class RootTail implements Detector {
  private final TailQuantile tail;
  private final long intervalNanos;
  private final long stallNanos;
  private final double factor;

  RootTail(long intervalNanos, Profile profile, double factor) {
    TailQuantile.Settings set = profile.tail(1);
    this.intervalNanos = intervalNanos;
    this.stallNanos = set.stallNanos();
    this.factor = factor;
    // So its silence is the interval and the quantile.
    this.tail =
        new TailQuantile(
            intervalNanos,
            new TailQuantile.Settings(1, 0, set.priorNanos(), 0, TimeUnit.DAYS.toNanos(1)));
  }

  static Candidate candidate(Profile profile) {
    return new Candidate(
        "root tail",
        "k",
        "",
        new Steps(1.0 / 64, 2, 16),
        0,
        Learning.BY_ITS_RULE,
        (interval, knob) -> new RootTail(interval, profile, knob));
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    return silence(tail.onHeartbeat(slots, arrivalNanos));
  }

  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    return silence(tail.onDoubted(slots, arrivalNanos));
  }

  @Override
  public long onUnrecorded(long slots, long arrivalNanos) {
    return silence(tail.onUnrecorded(slots, arrivalNanos));
  }

  @Override
  public long silenceNanos() {
    return silence(tail.silenceNanos());
  }

  @Override
  public long jitterNanos() {
    return tail.jitterNanos();
  }

  @Override
  public List<LatenessCount> lateness() {
    return tail.lateness();
  }

  @Override
  public Detector successor() {
    throw new UnsupportedOperationException("traces are of one stream each");
  }

  private long silence(long intervalAndQuantile) {
    double quantile = intervalAndQuantile - intervalNanos;
    return intervalNanos + (long) (factor * Math.sqrt(stallNanos * (quantile + stallNanos)));
  }
}
