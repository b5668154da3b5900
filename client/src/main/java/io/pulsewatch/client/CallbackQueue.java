package io.pulsewatch.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls one listener from a daemon thread of its own, so that nobody else waits for it.
 * Thread-safe: guarded by {@code lock}, and no listener is called under it.
 */
final class CallbackQueue<L> {
  /** Calls that may wait; past that the oldest is dropped: the newest tells how things stand. */
  static final int MAX_WAITING = 1024;

  private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final System.Logger LOG = System.getLogger(CallbackQueue.class.getName());

  private final Object lock = new Object();
  private final L listener;
  private final Lookout<L> lookout;

  @GuardedBy("lock")
  private final Deque<Consumer<L>> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long dropped;

  @GuardedBy("lock")
  private boolean closed;

  CallbackQueue(L listener) {
    this(listener, none -> Long.MAX_VALUE);
  }

  CallbackQueue(L listener, Lookout<L> lookout) {
    this.listener = listener;
    this.lookout = lookout;
  }

  /** Looks after something between the calls, on their thread. */
  interface Lookout<L> {
    /** Looks, may call the listener, and returns the time until the next look is needed. */
    long look(L listener);
  }

  /** Starts the thread. */
  void start() {
    Driver.daemon("callback", this::callUntilClosed).start();
  }

  /** Never blocks. */
  void offer(Consumer<L> call) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (waiting.size() == MAX_WAITING) {
        waiting.removeFirst();
        dropped++;
      }
      waiting.addLast(call);
      lock.notifyAll();
    }
  }

  /** Takes no more; what waits is still called. */
  void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }

  /** Makes the calls that wait, on the calling thread. */
  void callWaiting() {
    while (true) {
      Consumer<L> call;
      synchronized (lock) {
        call = waiting.pollFirst();
      }
      if (call == null) {
        return;
      }
      call(call);
    }
  }

  private void callUntilClosed() {
    while (true) {
      Consumer<L> call = take(look());
      if (call != null) {
        call(call);
        reportDropped();
      } else if (isClosed()) {
        return;
      }
    }
  }

  /** Looks out, on the calling thread. */
  long look() {
    try {
      return lookout.look(listener);
    } catch (Throwable thrown) { // as for a call
      LOG.log(Level.WARNING, "The listener " + listener.getClass().getName() + " threw", thrown);
      return 0;
    }
  }

  /** Waits for a call, but not for longer than this. */
  private @Nullable Consumer<L> take(long nanos) {
    synchronized (lock) {
      if (waiting.isEmpty() && !closed) {
        try {
          TimeUnit.NANOSECONDS.timedWait(lock, Math.max(nanos, LEAST_WAIT_NANOS));
        } catch (InterruptedException ignored) {
          // A listener may have interrupted its own thread; that is no reason to stop telling it.
        }
      }
      return waiting.pollFirst();
    }
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed && waiting.isEmpty();
    }
  }

  private void call(Consumer<L> call) {
    try {
      call.accept(listener);
    } catch (Throwable thrown) { // an assertion that fails there must not silence what follows
      LOG.log(Level.WARNING, "The listener " + listener.getClass().getName() + " threw", thrown);
    }
  }

  private void reportDropped() {
    long count;
    synchronized (lock) {
      count = dropped;
      dropped = 0;
    }
    if (count > 0) {
      LOG.log(
          Level.WARNING,
          "The listener {0} was too slow: {1} calls were dropped",
          listener.getClass().getName(),
          count);
    }
  }
}
