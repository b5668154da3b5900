package io.pulsewatch.server.runtime;

import java.util.concurrent.TimeUnit;

/**
 * For how long many have stood at our door.
 *
 * <p>A crowd whose own client lets only so many of it ask at a time waits for itself: each of its
 * registers is answered soon, and those who lose their time are the ones that were not sent yet.
 * They cannot be seen, but the queue can: it is hardly ever short. One that is short for a moment,
 * as when the ledger has answered a whole batch, is the same queue as before; bunches that come
 * again and again and are short for longer than they are long are none.
 *
 * <p>Neither a steady light stream of registers makes one, nor any number of beats: only streams
 * whose register was read and is not answered are counted, and {@link #MANY} of them at once.
 *
 * <p>Confined to the loop.
 */
final class StandingQueue {
  /**
   * Fewer are no crowd. To have so many under way a steady stream of registers would have to bring
   * 2,500 in a second where each takes 100 ms, and 50,000 where it takes 5 ms.
   */
  static final int MANY = 256;

  /** A queue that was short for so long, or for as long as it was long, is over. */
  static final long BREAK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private boolean stands;
  private boolean isLong;
  private long beganNanos;
  private long seenNanos;
  private long lookedNanos;

  /** How much longer it was long than short, and at the most so long may it be short. */
  private long creditNanos;

  /**
   * Looks at it, once a turn.
   *
   * @param registering streams whose register was read and is not answered
   * @return from the first to the last time that it was seen to be long; 0 where there is none
   */
  long turn(long nowNanos, int registering) {
    long elapsed = nowNanos - lookedNanos;
    lookedNanos = nowNanos;
    if (stands) {
      creditNanos = isLong ? Math.min(BREAK_NANOS, creditNanos + elapsed) : creditNanos - elapsed;
    }
    isLong = registering >= MANY;
    if (stands && creditNanos < 0) {
      stands = false;
    }
    if (isLong) {
      beganNanos = stands ? beganNanos : nowNanos;
      creditNanos = stands ? creditNanos : 0;
      stands = true;
      seenNanos = nowNanos;
    }
    return stands ? seenNanos - beganNanos : 0;
  }
}
