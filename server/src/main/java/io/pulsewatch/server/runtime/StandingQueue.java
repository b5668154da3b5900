package io.pulsewatch.server.runtime;

import java.util.concurrent.TimeUnit;

/**
 * For how long many have stood at our door.
 *
 * <p>A crowd whose own client lets only so many of it ask at a time waits for itself: each of its
 * registers is answered soon, and those who lose their time are the ones that were not sent yet.
 * They cannot be seen, but the queue can: it never gets short. One that is short for a moment, as
 * when the ledger has answered a whole batch, is the same queue as before.
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

  /** A queue that was short for so long is over. */
  static final long BREAK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private boolean stands;
  private long beganNanos;
  private long seenNanos;

  /**
   * Looks at it, once a turn.
   *
   * @param registering streams whose register was read and is not answered
   * @return from the first to the last time that it was seen to be long; 0 where there is none
   */
  long turn(long nowNanos, int registering) {
    if (registering >= MANY) {
      beganNanos = stands ? beganNanos : nowNanos;
      stands = true;
      seenNanos = nowNanos;
    } else if (stands && nowNanos - seenNanos > BREAK_NANOS) {
      stands = false;
    }
    return stands ? seenNanos - beganNanos : 0;
  }
}
