package io.pulsewatch.server.liveness;

import java.util.Comparator;

/** The name of an instance: what is named, and one process of it. Ordered by service, then id. */
public record InstanceKey(String service, String instanceId) implements Comparable<InstanceKey> {
  private static final Comparator<InstanceKey> ORDER =
      Comparator.comparing(InstanceKey::service).thenComparing(InstanceKey::instanceId);

  @Override
  public int compareTo(InstanceKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return service + "/" + instanceId;
  }
}
