package io.pulsewatch.xds;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one client has asked for, and what it is still to be told: the protocol, without a wire.
 *
 * <p>State of the world: an answer about listeners or clusters names all that the client asked for
 * and that exist; one about endpoints or routes names those that are new to it. An answer that is
 * refused is not sent again; the next version is. What does not exist is left out, and the client
 * finds out by its own timer; when it appears it is told.
 *
 * <p>Confined to the extension's thread.
 */
final class AdsStream {
  /** Resources in one answer, unless one alone is larger; gRPC clients accept 4 MiB. */
  private static final int ANSWER_BYTES = 256 << 10;

  private static final String ALL = "*";

  private final Catalog catalog;
  private final Interests interests;
  private final Refusals refusals;
  private final Wire wire;
  private final int maxNames;
  private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
  private String node = "";
  private long answers;

  /** Hears what clients refuse. */
  interface Refusals {
    void onRefused(String node, ResourceType type, String reason);
  }

  /** Makes the stream of a call. */
  interface Factory {
    AdsStream create(Wire wire);
  }

  /** The way to the client. */
  interface Wire {
    boolean isReady();

    void send(Frame frame);
  }

  /** One type of resources. Confined like its stream. */
  private static final class Subscription {
    private final ResourceType type;
    private Set<String> names = new LinkedHashSet<>();
    private final Set<String> due = new LinkedHashSet<>();
    private boolean asked;
    private boolean named;
    private boolean all;
    private boolean pending;
    private String nonce = "";

    Subscription(ResourceType type) {
      this.type = type;
    }
  }

  AdsStream(Catalog catalog, Interests interests, Refusals refusals, Wire wire, int maxNames) {
    this.catalog = catalog;
    this.interests = interests;
    this.refusals = refusals;
    this.wire = wire;
    this.maxNames = maxNames;
  }

  /** Takes a request. Returns why the stream must end; null: it goes on. */
  @Nullable Status onRequest(DiscoveryRequest request) {
    if (request.hasNode()) {
      node = request.getNode().getId();
    }
    ResourceType type = ResourceType.of(request.getTypeUrl());
    if (type == null) {
      return null; // Envoy asks for types of which we have none; no answer is "there is none"
    }
    Subscription asked = subscriptions.computeIfAbsent(type, Subscription::new);
    if (request.hasErrorDetail()) {
      refusals.onRefused(node, type, request.getErrorDetail().getMessage());
    }
    String nonce = request.getResponseNonce();
    if (!nonce.isEmpty() && !asked.nonce.isEmpty() && !nonce.equals(asked.nonce)) {
      return null; // it has not seen the newest answer; what it says to that counts
    }
    want(asked, new LinkedHashSet<>(request.getResourceNamesList()));
    int names = 0;
    for (Subscription each : subscriptions.values()) {
      names += each.names.size();
    }
    return names <= maxNames
        ? null
        : Status.RESOURCE_EXHAUSTED.withDescription(
            "More than "
                + maxNames
                + " names on one stream. Ask for fewer, or raise max_xds_names.");
  }

  /** A service has another pool. */
  void onEndpoints(String service) {
    due(ResourceType.ENDPOINTS, service);
  }

  /** A service is new, or is no more. */
  void onName(ResourceType type, String service) {
    Subscription asked = subscriptions.get(type);
    if (asked == null) {
      return;
    }
    if (type.isWhole()) {
      asked.pending = true;
    } else {
      due(type, service);
    }
  }

  /** There are other services than before. */
  void onNames() {
    Subscription asked = subscriptions.get(ResourceType.CLUSTER); // all listeners are none
    if (asked != null) {
      asked.pending |= asked.all;
    }
  }

  /** What is known may be told from now on. */
  void onOpen() {
    for (Subscription asked : subscriptions.values()) {
      if (asked.type.isWhole()) {
        asked.pending = true;
      } else {
        asked.due.addAll(asked.names);
      }
    }
  }

  /** True while there is something to be told. */
  boolean isPending() {
    if (catalog.isOpen()) {
      for (Subscription asked : subscriptions.values()) {
        if (asked.pending || !asked.due.isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Tells what the wire takes. Returns the answers sent. */
  int flush() {
    int sent = 0;
    if (!catalog.isOpen()) {
      return sent;
    }
    for (Subscription asked : subscriptions.values()) {
      while ((asked.pending || !asked.due.isEmpty()) && wire.isReady()) {
        sent += tell(asked);
      }
    }
    return sent;
  }

  /** The client is gone. Idempotent. */
  void end() {
    for (Subscription asked : subscriptions.values()) {
      want(asked, new LinkedHashSet<>());
      if (asked.all) {
        interests.leaveAll(asked.type, this);
      }
    }
    subscriptions.clear();
  }

  private void due(ResourceType type, String service) {
    Subscription asked = subscriptions.get(type);
    if (asked != null && asked.names.contains(service)) {
      asked.due.add(service);
    }
  }

  private void want(Subscription asked, Set<String> names) {
    boolean star = names.remove(ALL);
    asked.named |= star || !names.isEmpty();
    // An empty list means all, for as long as none was ever named.
    boolean all = asked.type.isWhole() && (star || !asked.named);
    boolean more = !asked.asked;
    asked.asked = true;
    if (all != asked.all) {
      asked.all = all;
      more |= all;
      if (all) {
        interests.joinAll(asked.type, this);
      } else {
        interests.leaveAll(asked.type, this);
      }
    }
    for (String name : names) {
      if (!asked.names.contains(name)) {
        more = true;
        asked.due.add(name);
        interests.join(asked.type, name, this);
      }
    }
    for (String name : asked.names) {
      if (!names.contains(name)) {
        asked.due.remove(name);
        interests.leave(asked.type, name, this);
      }
    }
    asked.names = names;
    if (asked.type.isWhole()) {
      asked.due.clear();
      asked.pending |= more;
    }
  }

  private int tell(Subscription asked) {
    Frame frame = asked.type.isWhole() ? whole(asked) : some(asked);
    if (frame == null) {
      return 0;
    }
    asked.nonce = frame.nonce();
    wire.send(frame);
    return 1;
  }

  private Frame whole(Subscription asked) {
    asked.pending = false;
    List<ByteString> resources = new ArrayList<>();
    if (asked.all) {
      // A listener for a gRPC client is none for an Envoy, which would refuse a second one.
      if (asked.type == ResourceType.CLUSTER) {
        resources = catalog.clusters();
      }
    } else {
      for (String name : asked.names) {
        Service service = catalog.find(name);
        if (service != null) {
          resources.add(service.resource(asked.type));
        }
      }
    }
    return Frame.of(asked.type, Long.toString(catalog.namesVersion()), "a" + ++answers, resources);
  }

  /** Null where none of those that are due exists. */
  private @Nullable Frame some(Subscription asked) {
    List<Service> told = new ArrayList<>();
    int bytes = 0;
    for (Iterator<String> each = asked.due.iterator(); each.hasNext() && bytes < ANSWER_BYTES; ) {
      Service service = catalog.find(each.next());
      each.remove();
      if (service != null) {
        told.add(service);
        bytes += service.resource(asked.type).size();
      }
    }
    if (told.isEmpty()) {
      return null;
    }
    if (told.size() == 1 && asked.type == ResourceType.ENDPOINTS) {
      return told.get(0).endpointsFrame();
    }
    long version = 0;
    List<ByteString> resources = new ArrayList<>();
    for (Service service : told) {
      version = Math.max(version, service.version());
      resources.add(service.resource(asked.type));
    }
    return Frame.of(asked.type, Long.toString(version), "a" + ++answers, resources);
  }
}
