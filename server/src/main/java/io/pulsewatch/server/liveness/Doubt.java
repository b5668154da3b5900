package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.List;

/**
 * One silence, or one lost stream, of one instance, as its groups count it. The next one of the
 * same name takes the place of the last, so nobody is counted twice within a window.
 *
 * <p>Confined to the loop.
 */
final class Doubt {
  private final Shelter shelter;
  private final List<Mark> marks = new ArrayList<>(Groups.PER_INSTANCE);
  private boolean open;
  private boolean sheltered;
  private boolean holding;
  private double share;

  Doubt(Shelter shelter) {
    this.shelter = shelter;
  }

  /** It stands in the window of one group, from the time when it was counted. */
  static final class Mark {
    final Doubt doubt;
    final Surge surge;
    final long atNanos;
    Mark previous = this;
    Mark next = this;

    /** A surge has looked at it. */
    boolean seen;

    /** It is one of those whom this surge shelters and who are not over. */
    boolean sheltering;

    Mark(Doubt doubt, Surge surge, long atNanos) {
      this.doubt = doubt;
      this.surge = surge;
      this.atNanos = atNanos;
    }
  }

  /** It begins; whatever it was before is over. */
  void begin(List<Surge> surges, long nowNanos) {
    forget(nowNanos);
    open = true;
    for (Surge surge : surges) {
      Mark mark = new Mark(this, surge, nowNanos);
      marks.add(mark);
      surge.count(mark);
    }
  }

  /** It is over: heard, or judged. It stays counted where it happened. */
  void end(long nowNanos) {
    if (!open) {
      return;
    }
    open = false;
    if (holding) {
      holding = false;
      shelter.onHeld(-1);
    }
    sheltered = false;
    marks.forEach(mark -> mark.surge.release(mark, nowNanos));
  }

  /** Takes it out of all windows. */
  void forget(long nowNanos) {
    end(nowNanos);
    marks.forEach(mark -> mark.surge.drop(mark, nowNanos));
    marks.clear();
  }

  /** Too much of its kind at once: its verdict is to wait. Decided once. */
  void shelter() {
    if (!sheltered) {
      sheltered = true;
      share = shelter.nextShare();
    }
  }

  boolean isOpen() {
    return open;
  }

  boolean isSheltered() {
    return sheltered;
  }

  /** Its verdict is due and waits from here on. */
  void hold() {
    if (!holding) {
      holding = true;
      shelter.onHeld(1);
    }
  }

  /** Its place among those released one after another: 0 .. 1, evenly spread. */
  double share() {
    return share;
  }
}
