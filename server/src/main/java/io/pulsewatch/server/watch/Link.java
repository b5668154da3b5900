package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One change where it stands in the history; for an entry that a ledger kept, its place only.
 *
 * <p>Confined to the fan-out thread.
 */
final class Link {
  private final long revision;
  private final Track track;
  private final Entry entry;
  private final @Nullable Change change;
  private final int weight;

  /** A later change of the instance stands for it, or it is a removal that was forgotten. */
  boolean superseded;

  /** It left the ring. With {@link #superseded}: nobody needs it any more. */
  boolean evicted;

  Link(Track track, Entry entry, @Nullable Change change) {
    this.revision = change == null ? entry.revision() : change.revision();
    this.track = track;
    this.entry = entry;
    this.change = change;
    this.weight = Weights.of(entry, change);
    this.evicted = change == null;
  }

  long revision() {
    return revision;
  }

  Track track() {
    return track;
  }

  /** The entry after it. */
  Entry entry() {
    return entry;
  }

  /** Only for links after the history's beginning. */
  Change change() {
    if (change == null) {
      throw new IllegalStateException(entry.key() + ": no change at " + revision + " is known");
    }
    return change;
  }

  /** What the entry was before; null where that is not known, or there was nothing. */
  Change.@Nullable Previous previous() {
    return change == null ? null : change.previous();
  }

  /** At least the bytes that it takes on the wire. */
  int weight() {
    return weight;
  }

  boolean isRemoval() {
    return change != null && change.cause() == Cause.REMOVED;
  }

  boolean isGarbage() {
    return superseded && evicted;
  }
}
