package io.pulsewatch.client;

import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.SnapshotReason;
import java.util.Map;

/**
 * All matching instances at one revision.
 *
 * @param reason why the watch began anew
 * @param skipped changes that matched and will not be told one by one
 * @param revision everything up to here is in it
 * @param instances unmodifiable
 */
public record WatchSnapshot(
    SnapshotReason reason, long skipped, long revision, Map<InstanceName, Instance> instances) {

  /** Copies the instances. */
  public WatchSnapshot {
    instances = Map.copyOf(instances);
  }
}
