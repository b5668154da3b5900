package io.pulsewatch.cli.render;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.xds.LivePools;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a watch tells, until somebody looks: however much comes meanwhile, it is the newest state
 * alone. The watcher writes, the renderer looks: guarded by {@code lock}.
 */
public final class LiveView {
  private final Object lock = new Object();
  private final LongSupplier nanoTicker;
  private final Runnable wake;

  /** Services that are shown also before anybody knows them. */
  private final List<String> named;

  @GuardedBy("lock")
  private final LivePools pools;

  @GuardedBy("lock")
  private long revision;

  @GuardedBy("lock")
  private boolean changed;

  @GuardedBy("lock")
  private long changedNanos;

  /**
   * What is known at one moment.
   *
   * @param pools by service
   * @param revision all up to here is in it
   * @param toldNanos when the first change came that was not looked at before
   * @param withoutAddress who cannot be called
   * @param isFull services were left out, for there are too many
   */
  record Look(
      Map<String, List<Instance>> pools,
      long revision,
      long toldNanos,
      Set<String> withoutAddress,
      boolean isFull) {}

  /**
   * Makes one.
   *
   * @param endpoint see {@link LivePools}
   * @param named services
   * @param wake called after each change, by the thread that brings it
   */
  public LiveView(String endpoint, List<String> named, LongSupplier nanoTicker, Runnable wake) {
    this.pools = new LivePools(endpoint, named);
    this.named = List.copyOf(named);
    this.nanoTicker = nanoTicker;
    this.wake = wake;
  }

  /** All anew. */
  public void onSnapshot(WatchSnapshot snapshot) {
    synchronized (lock) {
      long now = nanoTicker.getAsLong();
      pools.onSnapshot(snapshot.instances().values(), now);
      revision = snapshot.revision();
      onChanged(now);
    }
    wake.run();
  }

  /** One change. */
  public void onChange(Change change) {
    synchronized (lock) {
      long now = nanoTicker.getAsLong();
      pools.onChange(change, now);
      revision = change.getRevision();
      onChanged(now);
    }
    wake.run();
  }

  /**
   * How the server judges.
   *
   * @param upTo everything up to this revision was told
   */
  public void onBookmark(Bookmark bookmark, long upTo) {
    synchronized (lock) {
      long now = nanoTicker.getAsLong();
      if (pools.onBookmark(bookmark, now)) {
        onChanged(now);
      }
      revision = upTo;
    }
    wake.run();
  }

  /** The watch broke. */
  public void onDisconnected() {
    synchronized (lock) {
      pools.onDisconnected();
    }
  }

  /** All up to here was told, and looked at; 0: not all that was told was looked at. */
  long lookedAt() {
    synchronized (lock) {
      return changed ? 0 : revision;
    }
  }

  /** Something may look otherwise than before. */
  boolean isChanged() {
    synchronized (lock) {
      return pools.isOpen() && (changed || pools.untilNextNanos(nanoTicker.getAsLong()) == 0);
    }
  }

  /** How long nothing changes by itself; {@code Long.MAX_VALUE}: for ever. */
  long untilNextNanos() {
    synchronized (lock) {
      return pools.untilNextNanos(nanoTicker.getAsLong());
    }
  }

  /** Null until a warm server has told all. */
  @Nullable Look look() {
    synchronized (lock) {
      long now = nanoTicker.getAsLong();
      if (!pools.isOpen()) {
        return null;
      }
      Map<String, List<Instance>> seen = pools.look(now);
      named.forEach(each -> seen.putIfAbsent(each, List.of()));
      long told = changed ? changedNanos : now;
      changed = false;
      return new Look(seen, revision, told, Set.copyOf(pools.withoutAddress()), pools.isFull());
    }
  }

  @GuardedBy("lock")
  private void onChanged(long nowNanos) {
    if (!changed) {
      changed = true;
      changedNanos = nowNanos;
    }
  }
}
