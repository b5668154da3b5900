package io.pulsewatch.client;

import io.pulsewatch.client.transport.HeartbeatStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the application asked to be understood before it goes: said on the stream's connection, on
 * each stream anew until it is answered or its time is over.
 *
 * <p>Confined to the driving thread, but for {@link #add}.
 */
final class Leavings {
  /** Between two attempts on one stream. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The server answers when the time is over, and knows more; so long may that take. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Mailbox mailbox;
  private final List<Wish> wishes = new ArrayList<>();

  /** Those that the driving thread has not seen yet. */
  private final Queue<Wish> fresh = new ConcurrentLinkedQueue<>();

  private volatile boolean over;

  Leavings(Mailbox mailbox) {
    this.mailbox = mailbox;
  }

  /** One of them. */
  private static final class Wish {
    private final Set<String> names;
    private final long deadlineNanos;
    private final CompletableFuture<Set<String>> done = new CompletableFuture<>();
    private boolean asked;
    private long retryAtNanos;

    Wish(Set<String> names, long deadlineNanos, long nowNanos) {
      this.names = names;
      this.deadlineNanos = deadlineNanos;
      this.retryAtNanos = nowNanos;
    }
  }

  /**
   * Adds one; it is done with those of the names that have not acknowledged in time, and with all
   * of them where nobody will be asked any more. Thread-safe.
   */
  CompletableFuture<Set<String>> add(Collection<String> names, long withinNanos, long nowNanos) {
    Wish wish = new Wish(Set.copyOf(names), nowNanos + withinNanos, nowNanos);
    fresh.add(wish);
    mailbox.wake();
    if (over) { // one of us finds it
      endFresh();
    }
    return wish.done;
  }

  /**
   * Does what is due, and returns the time until the next turn.
   *
   * @param stream that is registered, or null
   * @param token of its session
   */
  long turn(long nowNanos, @Nullable HeartbeatStream stream, String token) {
    for (Wish wish = fresh.poll(); wish != null; wish = fresh.poll()) {
      wishes.add(wish);
    }
    long delay = Long.MAX_VALUE;
    for (Wish wish : List.copyOf(wishes)) {
      long left = wish.deadlineNanos - nowNanos;
      long patience = left + (wish.asked ? ANSWER_NANOS : 0);
      if (patience <= 0) {
        finish(wish, wish.names);
        continue;
      }
      delay = Math.min(delay, patience);
      if (wish.asked || stream == null || token.isEmpty()) {
        continue;
      }
      if (nowNanos - wish.retryAtNanos >= 0) {
        ask(wish, stream, token, left);
      } else {
        delay = Math.min(delay, wish.retryAtNanos - nowNanos);
      }
    }
    return delay;
  }

  /** Nobody will answer any more. */
  void end() {
    over = true;
    List.copyOf(wishes).forEach(wish -> finish(wish, wish.names));
    endFresh();
  }

  private void endFresh() {
    for (Wish wish = fresh.poll(); wish != null; wish = fresh.poll()) {
      tell(wish, wish.names);
    }
  }

  private void ask(Wish wish, HeartbeatStream stream, String token, long withinNanos) {
    wish.asked = true;
    stream.drain(
        token, wish.names, withinNanos, answer -> mailbox.post(now -> onAnswer(wish, answer, now)));
  }

  private void onAnswer(Wish wish, HeartbeatStream.Drained answer, long nowNanos) {
    wish.asked = false;
    switch (answer.kind()) {
      case UNDERSTOOD -> {
        boolean isFinal = wish.deadlineNanos - nowNanos <= RETRY_NANOS;
        if (answer.unacknowledged().isEmpty() || isFinal) {
          finish(wish, answer.unacknowledged());
        } else { // a server that did not wait as long as it was asked to
          wish.retryAtNanos = nowNanos + RETRY_NANOS;
        }
      }
      case NEVER -> finish(wish, wish.names);
      case NOT_NOW -> wish.retryAtNanos = nowNanos + RETRY_NANOS;
    }
  }

  private void finish(Wish wish, Collection<String> missing) {
    wishes.remove(wish);
    tell(wish, missing);
  }

  private static void tell(Wish wish, Collection<String> missing) {
    // On a thread of the JDK: whatever follows is the application's.
    Set<String> told = Set.copyOf(missing);
    wish.done.completeAsync(() -> told);
  }
}
