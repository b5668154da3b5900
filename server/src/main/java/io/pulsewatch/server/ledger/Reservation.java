package io.pulsewatch.server.ledger;

/**
 * Numbers that are given in order and reserved on disk in blocks, ahead of their use: whoever
 * starts after a crash starts above the reserved ones, so none is given twice.
 *
 * <p>Confined to the loop.
 */
final class Reservation {
  private final long block;
  private long last;

  /** Durable: may be given. */
  private long reserved;

  /** Asked for, and durable with the batch that is under way. */
  private long asked;

  /**
   * Starts above everything that was ever reserved.
   *
   * @param last the numbers begin after it; it is at most {@code reserved}
   * @param reserved up to here they are reserved on disk
   */
  Reservation(long last, long reserved, long block) {
    this.last = last;
    this.reserved = reserved;
    this.asked = reserved;
    this.block = block;
  }

  long last() {
    return last;
  }

  long next() {
    if (last >= reserved) {
      throw new IllegalStateException(last + " is the last that is reserved");
    }
    return ++last;
  }

  /** Goes on after this number. */
  void skipTo(long number) {
    last = Math.max(last, number);
  }

  /** What the next batch reserves: more as soon as half of the block is used. */
  long toReserve() {
    if (reserved - last < block / 2) {
      asked = last + block;
    }
    return asked;
  }

  /** The batch that asked for it is durable. */
  void onReserved() {
    reserved = asked;
  }

  /** True if so many more can be given now. */
  boolean has(long many) {
    return reserved - last >= many;
  }
}
