package io.pulsewatch.xds;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much of what streams were told may wait to be written, over all of them: one message of each,
 * and so many bytes in all, and one message more.
 *
 * <p>Streams take turns, too: an event loop that writes large answers of many streams in one go
 * reads no heartbeat meanwhile. So no more is handed over while {@link #TURN_BYTES} that were
 * handed over within {@link #TURN_NANOS} are not written.
 *
 * <p>Those who do not read must not keep others waiting. What has waited for {@link #LATE_NANOS}
 * counts no more, as with watches, until {@link #CEILING} times as much lies there; then a message
 * goes out whenever none is fresh. Who does not read for too long is to be ended, and still holds
 * what he was told until his call is closed.
 *
 * <p>Confined to the extension's thread.
 */
final class Outflow {
  /** Who reads is written to much sooner. */
  static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** One large answer, or many small ones, are with the event loops. */
  static final long TURN_BYTES = 64 << 10;

  /**
   * Who did not read meanwhile has had his turn: he waits for his client, not for an event loop.
   */
  static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int CEILING = 3;

  private final long mostBytes;
  private final long stallNanos;

  /** In order of time: what counts, and what waits for its reader or for its end. */
  private final Set<Seat> fresh = new LinkedHashSet<>();

  private final Set<Seat> late = new LinkedHashSet<>();

  /** In order of time: those who have their turn. */
  private final Set<Seat> turns = new LinkedHashSet<>();

  private long turnBytes;
  private long freshBytes;
  private long takenBytes;

  /** What one stream holds. Confined like the outflow. */
  final class Seat {
    private long bytes;
    private long sinceNanos;

    private Seat() {}

    boolean isEmpty() {
      return bytes == 0;
    }

    /** A message was handed over and is not written yet. */
    void take(long length, long nowNanos) {
      clear();
      bytes = Math.max(1, length);
      sinceNanos = nowNanos;
      takenBytes += bytes;
      freshBytes += bytes;
      fresh.add(this);
      turnBytes += bytes;
      turns.add(this);
    }

    /** All was written, or never will be. Idempotent. */
    void clear() {
      if (turns.remove(this)) {
        turnBytes -= bytes;
      }
      if (fresh.remove(this)) {
        freshBytes -= bytes;
      }
      late.remove(this);
      takenBytes -= bytes;
      bytes = 0;
    }
  }

  Outflow(long mostBytes, long stallNanos) {
    this.mostBytes = mostBytes;
    this.stallNanos = stallNanos;
  }

  Seat seat() {
    return new Seat();
  }

  /** True while one more message may be handed over. */
  boolean isOpen() {
    if (turnBytes >= TURN_BYTES) {
      return false;
    }
    return takenBytes < CEILING * mostBytes ? freshBytes < mostBytes : fresh.isEmpty();
  }

  /** Those count no more who do not read. */
  private void turn(long nowNanos) {
    for (Seat next = oldest(turns, TURN_NANOS, nowNanos);
        next != null;
        next = oldest(turns, TURN_NANOS, nowNanos)) {
      turns.remove(next);
      turnBytes -= next.bytes;
    }
    for (Seat next = oldest(fresh, LATE_NANOS, nowNanos);
        next != null;
        next = oldest(fresh, LATE_NANOS, nowNanos)) {
      fresh.remove(next);
      freshBytes -= next.bytes;
      late.add(next);
    }
  }

  /** The first of those who wait in order of time, if it has waited for so long. */
  private static @Nullable Seat oldest(Set<Seat> waiting, long nanos, long nowNanos) {
    Iterator<Seat> each = waiting.iterator();
    if (!each.hasNext()) {
      return null;
    }
    Seat first = each.next();
    return nowNanos - first.sinceNanos >= nanos ? first : null;
  }

  /** The one that has waited for longest, and for too long, each once; null: none. */
  @Nullable Seat stalled(long nowNanos) {
    turn(nowNanos);
    Iterator<Seat> oldest = late.iterator();
    if (!oldest.hasNext()) {
      return null;
    }
    Seat seat = oldest.next();
    if (nowNanos - seat.sinceNanos < stallNanos) {
      return null;
    }
    oldest.remove();
    return seat;
  }
}
