package io.pulsewatch.xds;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much of what streams were told may wait to be written, over all of them: one message of each,
 * and so many bytes in all, and one message more. Who does not read for too long gives his place
 * up. Confined to the extension's thread.
 */
final class Outflow {
  private final long mostBytes;
  private final long stallNanos;
  private final Set<Seat> taken = new LinkedHashSet<>();
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
      taken.add(this);
    }

    /** All was written, or never will be. Idempotent. */
    void clear() {
      if (taken.remove(this)) {
        takenBytes -= bytes;
        bytes = 0;
      }
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
    return takenBytes < mostBytes;
  }

  /** The one that has waited for longest, and for too long; null: none. */
  @Nullable Seat stalled(long nowNanos) {
    for (Seat oldest : taken) {
      return nowNanos - oldest.sinceNanos >= stallNanos ? oldest : null;
    }
    return null;
  }
}
