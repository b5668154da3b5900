package io.pulsewatch.server.detector;

/** Doubt after the same silence, always. Confined to the thread that reads the stream. */
final class FixedTimeout implements Detector {
  private final long silenceNanos;
  private final Arrivals arrivals;

  FixedTimeout(long intervalNanos, long silenceNanos) {
    this(new Arrivals(intervalNanos), silenceNanos);
  }

  private FixedTimeout(Arrivals arrivals, long silenceNanos) {
    this.arrivals = arrivals;
    this.silenceNanos = silenceNanos;
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    arrivals.record(slots, arrivalNanos);
    return silenceNanos;
  }

  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    return onUnrecorded(slots, arrivalNanos);
  }

  @Override
  public long onUnrecorded(long slots, long arrivalNanos) {
    arrivals.move(arrivalNanos);
    return silenceNanos;
  }

  @Override
  public long silenceNanos() {
    return silenceNanos;
  }

  @Override
  public long jitterNanos() {
    return arrivals.jitterNanos();
  }

  @Override
  public Detector successor() {
    return new FixedTimeout(arrivals.successor(), silenceNanos);
  }
}
