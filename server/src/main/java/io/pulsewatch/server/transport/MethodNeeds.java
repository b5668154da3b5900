package io.pulsewatch.server.transport;

import java.util.HashMap;
import java.util.Map;

/**
 * What each method needs. One that has no line here is for admins: what somebody forgot is closed,
 * not open. Stateless.
 */
final class MethodNeeds {
  private static final Map<String, Need> NEEDS = needs();

  private MethodNeeds() {}

  /** What a caller must show. */
  enum Need {
    BEAT,
    WATCH,
    ADMIN,
    /** Good credentials, whatever they allow: it tells of the contract, and of nobody. */
    ANY,
    /** Watch; but who brings no token may show it in a message: gRPC's xDS clients can only so. */
    WATCH_LATER,
    /** Watch; but how Pulsewatch itself is, everybody may ask: load balancers have no token. */
    WATCH_OTHERS;

    /** What these credentials are good for here. */
    Access of(Access access) {
      return switch (this) {
        case BEAT -> access.allowing(Right.BEAT);
        case WATCH, WATCH_LATER, WATCH_OTHERS -> access.allowing(Right.WATCH);
        case ADMIN -> access.allowing(Right.ADMIN);
        case ANY -> access;
      };
    }
  }

  /** The need of a method by its full name. */
  static Need of(String method) {
    return NEEDS.getOrDefault(method, Need.ADMIN);
  }

  /** For the test that holds every method of a server to have a line. */
  static boolean has(String method) {
    return NEEDS.containsKey(method);
  }

  private static Map<String, Need> needs() {
    Map<String, Need> needs = new HashMap<>();
    put(needs, Need.BEAT, "pulsewatch.v1.HeartbeatService", "Heartbeat", "Beat", "Leave");
    put(needs, Need.WATCH, "pulsewatch.v1.WatchService", "Watch", "AckWatch");
    put(
        needs,
        Need.WATCH,
        "pulsewatch.v1.RegistryService",
        "ListServices",
        "ListInstances",
        "GetInstance",
        "ListChanges",
        "ExplainInstance",
        "ListRoles");
    put(
        needs,
        Need.ADMIN,
        "pulsewatch.v1.AdminService",
        "SetOverride",
        "ClearOverride",
        "RemoveInstance",
        "GetServerState",
        "ListHooks",
        "TestHook",
        "ReplayHook",
        "HandOverRole",
        "DrainServer");
    put(needs, Need.WATCH_OTHERS, "grpc.health.v1.Health", "Check", "Watch");
    put(needs, Need.WATCH, "grpc.health.v1.Health", "List");
    put(needs, Need.ANY, "grpc.reflection.v1.ServerReflection", "ServerReflectionInfo");
    put(needs, Need.ANY, "grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo");
    put( // of module xds
        needs,
        Need.WATCH_LATER,
        "envoy.service.discovery.v3.AggregatedDiscoveryService",
        "StreamAggregatedResources");
    put( // it tells addresses and names of everybody connected
        needs,
        Need.ADMIN,
        "grpc.channelz.v1.Channelz",
        "GetTopChannels",
        "GetServers",
        "GetServer",
        "GetServerSockets",
        "GetChannel",
        "GetSubchannel",
        "GetSocket");
    return Map.copyOf(needs);
  }

  private static void put(Map<String, Need> needs, Need need, String service, String... methods) {
    for (String method : methods) {
      needs.put(service + "/" + method, need);
    }
  }
}
