package io.pulsewatch.server.liveness;

/**
 * Makes times longer while heartbeats are more than we can take, and shorter when they are few
 * again; each factor is in the ledger before anybody lives under it.
 *
 * <p>What the ledger has is told by {@link #onKept}. Until then it may have what it had before, so
 * the least of what was asked of it since is what can be relied on: a factor above that waits, any
 * other holds at once.
 *
 * <p>Confined to the loop.
 */
final class Overload {
  private final boolean isEnabled;
  private final Stretch stretch;
  private final Outbox outbox;
  private final Pressure pressure = new Pressure();

  /** The step that is wanted; above the one in force while the ledger does not have it. */
  private int wanted;

  private Stretched asked = Stretched.NOT;

  /** The ledger has this or more. */
  private int securePercent = Times.AS_GRANTED;

  Overload(boolean isEnabled, Stretch stretch, Outbox outbox) {
    this.isEnabled = isEnabled;
    this.stretch = stretch;
    this.outbox = outbox;
  }

  /** Before anybody is recalled. */
  void recall(Stretched kept) {
    stretch.recall(kept);
    if (!isEnabled) {
      stretch.set(0);
    }
    wanted = stretch.step();
    asked = kept;
    securePercent = kept.greatestPercent();
  }

  /** About once a second. */
  void onLoad(Load load, Circumstances now) {
    if (isEnabled) {
      if (Stretch.percentOf(wanted) > stretch.percent()) {
        pressure.awaitStep(); // the ledger does not have it, so nobody was told
      }
      wanted = pressure.onLoad(load, now, wanted);
    }
    settle();
  }

  /** The ledger has it. */
  void onKept(Stretched kept) {
    securePercent = Math.min(kept.greatestPercent(), asked.greatestPercent());
    settle();
  }

  private void settle() {
    int percent = Stretch.percentOf(wanted);
    if (percent <= Math.max(securePercent, stretch.percent())) {
      stretch.set(wanted);
    }
    Stretched all = new Stretched(percent, Math.max(percent, stretch.greatestPercent()));
    if (!all.equals(asked)) {
      asked = all;
      securePercent = Math.min(securePercent, all.greatestPercent());
      outbox.keep(all);
    }
  }
}
