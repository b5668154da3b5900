package io.pulsewatch.cli.replay;

/**
 * Sums from which Chen's metrics follow; those of two stretches, or of two streams, are added.
 *
 * @param beats heartbeats after which a crash was supposed, and gaps that were watched
 * @param detectionNanos sum over heartbeats: from its sending to the suspicion that would follow if
 *     nothing came after it
 * @param mistakes suspicions of the living (S-transitions)
 * @param mistakeNanos how long they lasted together, to the T-transition that ended each
 * @param trustedNanos time in which it was trusted
 * @param watchedNanos time that was watched
 */
public record Tally(
    long beats,
    double detectionNanos,
    long mistakes,
    double mistakeNanos,
    double trustedNanos,
    double watchedNanos) {
  static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0);
  private static final double NANOS_PER_MILLI = 1e6;

  /** Both together. */
  public Tally plus(Tally other) {
    return new Tally(
        beats + other.beats,
        detectionNanos + other.detectionNanos,
        mistakes + other.mistakes,
        mistakeNanos + other.mistakeNanos,
        trustedNanos + other.trustedNanos,
        watchedNanos + other.watchedNanos);
  }

  /** All together. */
  public static Tally sum(Iterable<Tally> all) {
    Tally sum = NOTHING;
    for (Tally each : all) {
      sum = sum.plus(each);
    }
    return sum;
  }

  /** E(T_D): from a crash right after a heartbeat was sent to its final suspicion. */
  public double detectionMillis() {
    return beats == 0 ? 0 : detectionNanos / beats / NANOS_PER_MILLI;
  }

  /** Mistakes for each heartbeat: lambda_M in units of the schedule. */
  public double mistakesPerBeat() {
    return beats == 0 ? 0 : (double) mistakes / beats;
  }

  /** E(T_M); 0 where there was no mistake. */
  public double mistakeMillis() {
    return mistakes == 0 ? 0 : mistakeNanos / mistakes / NANOS_PER_MILLI;
  }

  /** P_A: the share of time in which the answer "alive" was right. */
  public double queryAccuracy() {
    return watchedNanos == 0 ? 1 : trustedNanos / watchedNanos;
  }
}
