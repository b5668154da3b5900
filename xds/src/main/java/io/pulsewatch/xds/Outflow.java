package io.pulsewatch.xds;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

  private final Window turns = new Window(TURN_NANOS);
  private final Window fresh = new Window(LATE_NANOS);

  /** What waits for its reader or for its end. */
  private final Window late;

  private long takenBytes;

  /** Those who have waited for less than so long, in order of time. Confined like the outflow. */
  private static final class Window {
    private final long nanos;
    private final Set<Seat> seats = new LinkedHashSet<>();
    private long bytes;

    Window(long nanos) {
      this.nanos = nanos;
    }

    void add(Seat seat) {
      seats.add(seat);
      bytes += seat.bytes;
    }

    /** Idempotent. */
    void remove(Seat seat) {
      if (seats.remove(seat)) {
        bytes -= seat.bytes;
      }
    }

    /** Takes out the oldest one, if its time is over; null: it is not. */
    @Nullable Seat poll(long nowNanos) {
      Iterator<Seat> each = seats.iterator();
      if (!each.hasNext()) {
        return null;
      }
      Seat oldest = each.next();
      if (nowNanos - oldest.sinceNanos < nanos) {
        return null;
      }
      remove(oldest);
      return oldest;
    }

    void pollAll(long nowNanos, Consumer<Seat> over) {
      for (Seat next = poll(nowNanos); next != null; next = poll(nowNanos)) {
        over.accept(next);
      }
    }
  }

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
      turns.add(this);
      fresh.add(this);
    }

    /** All was written, or never will be. Idempotent. */
    void clear() {
      turns.remove(this);
      fresh.remove(this);
      late.remove(this);
      takenBytes -= bytes;
      bytes = 0;
    }
  }

  Outflow(long mostBytes, long stallNanos) {
    this.mostBytes = mostBytes;
    this.late = new Window(stallNanos);
  }

  Seat seat() {
    return new Seat();
  }

  /** True while one more message may be handed over. */
  boolean isOpen() {
    if (turns.bytes >= TURN_BYTES) {
      return false;
    }
    return takenBytes < CEILING * mostBytes ? fresh.bytes < mostBytes : fresh.seats.isEmpty();
  }

  /** The one that has waited for longest, and for too long, each once; null: none. */
  @Nullable Seat stalled(long nowNanos) {
    turns.pollAll(nowNanos, over -> {}); // it counts no more, and that is all
    fresh.pollAll(nowNanos, late::add);
    return late.poll(nowNanos);
  }
}
