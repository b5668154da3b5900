package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The groups in which one name stands, and what they count of it.
 *
 * <p>Confined to the loop.
 */
final class Neighbourhood {
  private final Groups groups;
  private String zone = "";
  private String network = "";
  private long intervalNanos;
  private boolean joined;
  private @Nullable Group ofZone;
  private @Nullable Group ofNetwork;

  /** The last silence that was told as SUSPECT; null where there was none. */
  @Nullable Doubt silence;

  /** The last loss of a stream; null where there was none. */
  @Nullable Doubt loss;

  Neighbourhood(Groups groups) {
    this.groups = groups;
  }

  /**
   * Joins the groups of this zone and network, and leaves those where it was. One that had no room
   * the last time is tried anew.
   */
  void join(String itsZone, String itsNetwork, long interval, long nowNanos) {
    if (!joined
        || !zone.equals(itsZone)
        || !network.equals(itsNetwork)
        || interval != intervalNanos) {
      leave();
      zone = itsZone;
      network = itsNetwork;
      intervalNanos = interval;
      joined = true;
      groups.all().join(interval);
    }
    if (ofZone == null) {
      ofZone = joined(groups.zone(zone, nowNanos));
    }
    if (ofNetwork == null) {
      ofNetwork = joined(groups.network(network, nowNanos));
      network = ofNetwork == null ? network : ofNetwork.name(); // one text for all of them
    }
  }

  void leave() {
    if (!joined) {
      return;
    }
    joined = false;
    mine().forEach(group -> group.leave(intervalNanos));
    ofZone = null;
    ofNetwork = null;
    groups.dropIfEmpty(zone, network);
  }

  List<Surge> silences() {
    return mine().stream().map(Group::silences).toList();
  }

  List<Surge> losses() {
    return mine().stream().map(Group::losses).toList();
  }

  private @Nullable Group joined(@Nullable Group group) {
    if (group != null) {
      group.join(intervalNanos);
    }
    return group;
  }

  private List<Group> mine() {
    List<Group> mine = new ArrayList<>(Groups.PER_INSTANCE);
    mine.add(groups.all());
    if (ofZone != null) {
      mine.add(ofZone);
    }
    if (ofNetwork != null) {
      mine.add(ofNetwork);
    }
    return mine;
  }
}
