package io.pulsewatch.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.SnapshotReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instances that a watcher was told of. Written by the watcher's thread alone, read by any:
 * guarded by {@code lock}. It holds as many as match the watch.
 *
 * <p>A snapshot is gathered apart, and takes the old view's place when it is whole.
 */
final class LocalView {
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Map<InstanceName, Instance> instances = new HashMap<>();

  /** Of {@code instances}; made when asked for, and dropped with the next change. */
  @GuardedBy("lock")
  private @Nullable Map<InstanceName, Instance> copy;

  private Map<InstanceName, Instance> gathered = new HashMap<>();
  private SnapshotReason reason = SnapshotReason.SNAPSHOT_REASON_INITIAL;
  private long skipped;

  /** Begins to gather, and forgets what an interrupted snapshot left. */
  void begin(SnapshotReason reason, long skipped) {
    gathered = new HashMap<>();
    this.reason = reason;
    this.skipped = skipped;
  }

  void gather(List<Instance> batch) {
    for (Instance instance : batch) {
      gathered.merge(nameOf(instance), instance, LocalView::newer);
    }
  }

  /** The snapshot is whole. */
  WatchSnapshot end(long revision) {
    Map<InstanceName, Instance> whole = gathered;
    gathered = new HashMap<>();
    synchronized (lock) {
      instances = whole;
      copy = null;
    }
    return new WatchSnapshot(reason, skipped, revision, view());
  }

  /** A change that is older than what is known changes nothing. */
  void apply(Change change) {
    InstanceName name = nameOf(change.getInstance());
    synchronized (lock) {
      Instance known = instances.get(name);
      if (known != null && Long.compareUnsigned(change.getRevision(), known.getRevision()) < 0) {
        return;
      }
      copy = null;
      if (change.getLeftView() || change.getCause() == Cause.CAUSE_REMOVED) {
        instances.remove(name);
      } else {
        instances.put(name, change.getInstance());
      }
    }
  }

  Map<InstanceName, Instance> view() {
    synchronized (lock) {
      Map<InstanceName, Instance> made = copy;
      if (made == null) {
        made = Map.copyOf(instances);
        copy = made;
      }
      return made;
    }
  }

  private static Instance newer(Instance one, Instance other) {
    return Long.compareUnsigned(one.getRevision(), other.getRevision()) > 0 ? one : other;
  }

  private static InstanceName nameOf(Instance instance) {
    return InstanceName.newBuilder()
        .setService(instance.getService())
        .setInstanceId(instance.getInstanceId())
        .build();
  }
}
