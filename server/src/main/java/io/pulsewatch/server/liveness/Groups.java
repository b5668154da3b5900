package io.pulsewatch.server.liveness;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who could be taken away with whom: one group for each zone, one for each peer network, and one of
 * all. A group without members is dropped, with its memory of the last hour.
 *
 * <p>At the limit of groups a new zone or network has none: its instances count among all only,
 * each until it registers or resumes when there is room.
 *
 * <p>Confined to the loop.
 */
final class Groups {
  /** All, a zone, a network. */
  static final int PER_INSTANCE = 3;

  private final Shelter shelter;
  private final int maxGroups;
  private final Group all;
  private final Map<String, Group> zones = new HashMap<>();
  private final Map<String, Group> networks = new HashMap<>();

  /**
   * Creates the group of all.
   *
   * @param maxGroups zones and networks, taken together
   */
  Groups(Shelter shelter, int maxGroups, long nowNanos) {
    this.shelter = shelter;
    this.maxGroups = maxGroups;
    this.all = Group.ofAll(shelter, nowNanos);
  }

  Group all() {
    return all;
  }

  /** The group of this zone; null where none is named, and at the limit. */
  @Nullable Group zone(String name, long nowNanos) {
    return find(zones, name, nowNanos);
  }

  /** The group of this network; null where it is unknown, and at the limit. */
  @Nullable Group network(String name, long nowNanos) {
    return find(networks, name, nowNanos);
  }

  /** Drops what has no members. */
  void dropIfEmpty(String zone, String network) {
    dropIfEmpty(zones, zone);
    dropIfEmpty(networks, network);
  }

  /** Zones and networks. */
  int size() {
    return zones.size() + networks.size();
  }

  private @Nullable Group find(Map<String, Group> groups, String name, long nowNanos) {
    if (name.isEmpty()) {
      return null;
    }
    Group known = groups.get(name);
    if (known != null || size() >= maxGroups) {
      return known;
    }
    Group group = Group.ofSome(name, shelter, nowNanos);
    groups.put(name, group);
    return group;
  }

  private static void dropIfEmpty(Map<String, Group> groups, String name) {
    Group group = groups.get(name);
    if (group != null && group.size() == 0) {
      groups.remove(name);
    }
  }
}
