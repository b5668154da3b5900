package io.pulsewatch.server.liveness;

import io.pulsewatch.server.detector.DetectorChoice;

/** Vitals for entries that no kernel made. */
public final class SomeVitals {
  private SomeVitals() {}

  /** Heard at this instant, by clocks that never pause. */
  public static Vitals heardAt(long nanos) {
    return heardAt(nanos, Times.grant(1_000_000_000, 3_000_000_000L, Times.UNSET), 100);
  }

  /** The same of a sender that was told these times, so stretched. */
  public static Vitals heardAt(long nanos, Times granted, int stretchPercent) {
    AwakeClock clock = new AwakeClock(nanos, Long.MAX_VALUE / 4);
    Pulse pulse = new Pulse(new SomeReader(clock), clock, nanos);
    pulse.judgeBy(new DetectorChoice.Fixed(0));
    pulse.grant(granted, stretchPercent);
    return new Vitals(pulse);
  }

  private record SomeReader(AwakeClock clock) implements Reader {
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
}
