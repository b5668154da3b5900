package io.pulsewatch.server.liveness;

/** A reader that ticks and passes when its test says so. Confined to the test's thread. */
final class ManualReader implements Reader {
  private final AwakeClock clock;
  private long passes;
  private int nudges;

  ManualReader(long nowNanos) {
    this.clock = new AwakeClock(nowNanos);
  }

  @Override
  public AwakeClock clock() {
    return clock;
  }

  @Override
  public long ticket() {
    return passes + 2;
  }

  @Override
  public boolean passed(long ticket) {
    return passes >= ticket;
  }

  @Override
  public void nudge() {
    nudges++;
  }

  void pass() {
    passes++;
  }

  int nudges() {
    return nudges;
  }
}
