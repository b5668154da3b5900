package io.pulsewatch.client;

import io.pulsewatch.client.session.Standing;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the sender's thread does not run, and tells the application what that thread cannot:
 * that its belief ended. {@link #onTurn} and {@link #onEnd} belong to the sender's thread; all else
 * is confined to the callbacks' thread, the one that could tell anybody.
 */
final class Watchdog implements CallbackQueue.Lookout<SenderListener> {
  // A process that stood still as a whole finds its sender late, too, though nothing holds it up.
  // So it is looked at twice, with room between the looks for that thread to run.
  static final long SECOND_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long RECOVERY_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final LongSupplier nanoTicker;
  private final Beliefs beliefs;
  private volatile long dueNanos;
  private volatile boolean over;

  /** What the application was told to believe. */
  private boolean believes;

  private boolean doubted;
  private boolean starved;

  /** The end of belief was told here, ahead of the sender's thread. */
  private boolean expiredHere;

  /** What the sender knows. Thread-safe. */
  interface Beliefs {
    Standing standing();

    long intervalNanos();
  }

  Watchdog(LongSupplier nanoTicker, Beliefs beliefs) {
    this.nanoTicker = nanoTicker;
    this.beliefs = beliefs;
    dueNanos = nanoTicker.getAsLong();
  }

  /** The sender's thread ran, and wants to run again by then. */
  void onTurn(long nextNanos) {
    dueNanos = nextNanos;
  }

  /** The sender ends: there is nothing to tell any more. */
  void onEnd() {
    over = true;
  }

  @Override
  public long look(SenderListener listener) {
    if (over) {
      return Long.MAX_VALUE;
    }
    long now = nanoTicker.getAsLong();
    long interval = beliefs.intervalNanos();
    long late = now - dueNanos;
    Standing standing = beliefs.standing();
    boolean lapsed = believes && !standing.isCurrent(now);
    if (late <= interval && !lapsed) {
      doubted = false;
      starved = false;
      restore(listener, standing, now);
      return expiredHere ? RECOVERY_LOOK_NANOS : Math.min(interval - late, left(standing, now)) + 1;
    }
    if (!doubted) {
      doubted = true;
      return SECOND_LOOK_NANOS;
    }
    if (late > interval && !starved) {
      starved = true;
      listener.onStarved(Duration.ofNanos(late));
    }
    if (lapsed) {
      expiredHere = true;
      tellExpired(listener);
    }
    return Math.min(interval, left(standing, now));
  }

  /** Time until belief ends by the clock. */
  private long left(Standing standing, long now) {
    return believes && standing.kind() == Standing.Kind.FENCED
        ? standing.fenceAtNanos() - now
        : Long.MAX_VALUE - 1;
  }

  /** The sender's thread may never have known that belief had ended. */
  private void restore(SenderListener listener, Standing standing, long now) {
    if (expiredHere && standing.isCurrent(now)) {
      tellRestored(listener);
    }
  }

  void tellRegistered(SenderListener listener, Registration registration) {
    believes = true;
    expiredHere = false;
    listener.onRegistered(registration);
  }

  void tellExpired(SenderListener listener) {
    if (believes) {
      believes = false;
      listener.onExpired();
    }
  }

  void tellRestored(SenderListener listener) {
    expiredHere = false;
    if (!believes) {
      believes = true;
      listener.onRestored();
    }
  }
}
