package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/** Reads what is never heard again: the reader of entries that are history. Immutable. */
final class Bygone implements Reader {
  static final Bygone READER = new Bygone();

  private final AwakeClock clock = new AwakeClock(0);

  private Bygone() {}

  /** How long ago something was, by the wall clock; never less than nothing. */
  static long agoNanos(long wallMillis, Moment now) {
    return TimeUnit.MILLISECONDS.toNanos(Math.max(0, now.wallMillis() - wallMillis));
  }

  @Override
  public AwakeClock clock() {
    return clock;
  }

  @Override
  public long ticket() {
    return 0;
  }

  @Override
  public boolean passed(long ticket) {
    return true;
  }

  @Override
  public void nudge() {}
}
