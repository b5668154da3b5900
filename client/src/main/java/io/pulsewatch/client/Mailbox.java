package io.pulsewatch.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where gRPC's and the application's threads leave what the one driving thread shall do. Posting is
 * thread-safe and never blocks; reading is confined to the driving thread.
 *
 * <p>It needs no limit of its own: a stream has at most one arrival under way (it asks for the next
 * one when this is read) and one end, and the application posts only that it closes, that it gives
 * up a role, and that it stopped to act in one: once for each time that it was granted it.
 */
final class Mailbox {
  /** Letters read in one turn; what is left asks for another turn. */
  static final int MAX_LETTERS_A_TURN = 64;

  private final Queue<LongConsumer> letters = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile @Nullable Thread reader;

  /** Leaves something to do, with the reader's time when it does it. */
  void post(LongConsumer letter) {
    letters.add(letter);
    wake();
  }

  /** Asks for a turn. */
  void wake() {
    woken.set(true);
    LockSupport.unpark(reader);
  }

  /** Tells whether a turn is asked for. */
  boolean isWoken() {
    return woken.get();
  }

  void deliver(long nowNanos) {
    woken.set(false); // before reading: what is posted from now on asks for another turn
    for (int read = 0; read < MAX_LETTERS_A_TURN; read++) {
      LongConsumer letter = letters.poll();
      if (letter == null) {
        return;
      }
      letter.accept(nowNanos);
    }
    woken.set(true);
  }

  /** Waits until woken, or so long. The calling thread is the reader from now on. */
  void await(long nanos) {
    reader = Thread.currentThread();
    if (!woken.get()) {
      LockSupport.parkNanos(this, nanos);
    }
    // Nobody has a reason to interrupt this thread, and parking would return at once for ever.
    Thread.interrupted();
  }
}
