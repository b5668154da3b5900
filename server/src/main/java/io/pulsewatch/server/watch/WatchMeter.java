package io.pulsewatch.server.watch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the fan-out counts: changes that were folded, snapshots that were begun, and how far behind
 * its subscribers are.
 *
 * <p>Written by the fan-out thread; read by any thread.
 */
public final class WatchMeter {
  private final Tally<SnapshotReason> snapshots = new Tally<>(SnapshotReason.class);
  private final AtomicLong folded = new AtomicLong();
  private volatile Lag lag = new Lag(0, 0);

  /**
   * How far subscribers are behind, as it was within the last second.
   *
   * @param behind those who have not been told everything
   * @param mostChanges changes of its services that the slowest of them has not been told
   */
  public record Lag(int behind, long mostChanges) {}

  /** Changes that watchers were told as folded, summed over all of them. */
  public long folded() {
    return folded.get();
  }

  /** Snapshots that were begun for this reason. */
  public long snapshots(SnapshotReason reason) {
    return snapshots.get(reason);
  }

  public Lag lag() {
    return lag;
  }

  void onFolded(long changes) {
    folded.lazySet(folded.getPlain() + changes);
  }

  void onSnapshot(SnapshotReason reason) {
    snapshots.add(reason, 1);
  }

  void setLag(Lag seen) {
    lag = seen;
  }
}
