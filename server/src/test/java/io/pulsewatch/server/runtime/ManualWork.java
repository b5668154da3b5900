package io.pulsewatch.server.runtime;

/** What an event loop would have counted, as a test says. Confined to the test's thread. */
final class ManualWork implements LoadMeter.Worker {
  private double busyShare;
  private double heartbeatsPerSecond;
  private double duePerSecond;
  private double busyNanos;
  private double read;
  private long nanos;

  /** It is like that from now on. */
  void set(double busy, long heartbeats, long due) {
    busyShare = busy;
    heartbeatsPerSecond = heartbeats;
    duePerSecond = due;
  }

  void go(long step) {
    nanos += step;
    busyNanos += busyShare * step;
    read += heartbeatsPerSecond * step / 1e9;
  }

  @Override
  public LoadMeter.Worked worked() {
    return new LoadMeter.Worked((long) busyNanos, nanos);
  }

  @Override
  public long heartbeats() {
    return (long) read;
  }

  @Override
  public double dueInSecond() {
    return duePerSecond;
  }

  @Override
  public double grantedInSecond() {
    return duePerSecond;
  }

  @Override
  public long work() {
    return (long) read;
  }
}
