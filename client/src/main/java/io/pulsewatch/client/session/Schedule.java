package io.pulsewatch.client.session;

/**
 * Numbers heartbeats by the slots of an absolute schedule. Confined to its machine.
 *
 * <p>Slot n of an incarnation is due at one instant that no delay moves. A slot that could not be
 * used is gone, and its number with it.
 */
final class Schedule {
  // News must have a number greater than any before it, since a server takes only liveness from
  // one that is not greater. News between two slots therefore spend the number of the coming slot;
  // the heartbeat of that slot repeats it, and only renews, or takes one more if it has news
  // itself. No second early number is spent before the slots have caught up, so numbers are never
  // more than one ahead.
  private long intervalNanos = 1;
  private long baseNanos;
  private long baseSlot;
  private long slot;
  private long lastSent;

  /** Begins at slot 1 for a new incarnation. */
  void begin(long firstDueNanos, long intervalNanos) {
    this.intervalNanos = intervalNanos;
    baseNanos = firstDueNanos - intervalNanos;
    baseSlot = 0;
    slot = 0;
    lastSent = 0;
  }

  /** Lets the slots go by for which there was no stream. */
  void skipTo(long nowNanos) {
    slot = Math.max(slot, slotAt(nowNanos));
  }

  /** Changes the gap from the last slot on. */
  void setInterval(long intervalNanos) {
    if (intervalNanos != this.intervalNanos) {
      baseNanos = dueNanos(slot);
      baseSlot = slot;
      this.intervalNanos = intervalNanos;
    }
  }

  /** Never goes below what the server has heard. */
  void onHeard(long sequence) {
    lastSent = Math.max(lastSent, sequence);
  }

  boolean isDue(long nowNanos) {
    return slotAt(nowNanos) > slot;
  }

  /** Enters the newest slot that is due, and tells how late. */
  long enter(long nowNanos) {
    slot = slotAt(nowNanos);
    return nowNanos - dueNanos(slot);
  }

  long nextDueNanos() {
    return dueNanos(slot + 1);
  }

  /** The number of this slot's heartbeat, which has nothing new to say. */
  long take() {
    lastSent = Math.max(lastSent, slot);
    return slot;
  }

  /** A number for news. */
  long takeForNews() {
    lastSent = Math.max(slot, lastSent + 1);
    return lastSent;
  }

  /** Tells whether the number of the coming slot is unspent. */
  boolean mayHurry() {
    return lastSent <= slot;
  }

  /** Spends the number of the coming slot. */
  long takeEarly() {
    lastSent = slot + 1;
    return lastSent;
  }

  /** A number for a sign of life that is no slot's and brings no news: the last one again. */
  long takeAgain() {
    return lastSent == 0 ? takeEarly() : lastSent;
  }

  private long slotAt(long nowNanos) {
    return baseSlot + Math.floorDiv(nowNanos - baseNanos, intervalNanos);
  }

  private long dueNanos(long slot) {
    return baseNanos + (slot - baseSlot) * intervalNanos;
  }
}
