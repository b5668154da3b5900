package io.pulsewatch.server;

import io.pulsewatch.server.ledger.HistoryLimits;
import io.pulsewatch.server.probe.ProbeLimits;
import io.pulsewatch.server.runtime.GrpcSettings;
import io.pulsewatch.server.runtime.WebSettings;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Every limit of a server, with the name under which GetServerState tells it. Immutable.
 *
 * @param maxInstances entries of the registry, ended ones included
 * @param maxStreams open heartbeat streams
 * @param maxWatchers open watches of all kinds
 * @param maxOverrides overrides kept
 * @param maxGroups zones and peer networks in which instances are counted; those of a further one
 *     count among all only, each until it resumes when there is room
 * @param maxCommands requests that wait for the liveness loop
 * @param maxBacklog changes that wait for the fan-out loop
 * @param ringSize changes kept for EVERY_CHANGE, ListChanges and exact resume
 * @param maxHistory changes kept on disk; the oldest beyond are dropped
 * @param historyHours hours for which a change is kept on disk
 * @param maxUnwrittenBytes told to watches and not written yet; past it, and one message more, they
 *     wait in order; those that do not read hold one message each, whatever the limit
 * @param maxTurnedAway streams past {@code maxStreams} that wait for their first message
 * @param turnedAwaySeconds how long one of them waits
 * @param maxHealthList names that grpc.health.v1 List answers
 * @param maxProbesInFlight suspects' endpoints looked at at once
 * @param maxProbesPerSecond suspects' endpoints looked at in a second
 * @param maxProbesQueued suspects that wait to be looked at; past it one is passed over
 * @param maxProbePeers clients remembered that look at others
 * @param maxCallsPerConnection HTTP/2 streams on one connection
 * @param maxMessageBytes one message of a client
 * @param maxMetadataBytes the headers of a call
 * @param maxResetsPerWindow stream resets on one connection in {@code resetWindowSeconds}
 * @param resetWindowSeconds see there
 * @param permitPingSeconds how often a client may ping
 * @param maxWebConnections open connections to the web port
 * @param webRequestSeconds from the first byte of an HTTP request to its last
 * @param webIdleSeconds between two HTTP requests on a connection
 * @param webStallSeconds for which an HTTP answer, or a message of a watch, may wait to be taken
 */
public record Limits(
    int maxInstances,
    int maxStreams,
    int maxWatchers,
    int maxOverrides,
    int maxGroups,
    int maxCommands,
    int maxBacklog,
    int ringSize,
    int maxHistory,
    int historyHours,
    int maxUnwrittenBytes,
    int maxTurnedAway,
    int turnedAwaySeconds,
    int maxHealthList,
    int maxProbesInFlight,
    int maxProbesPerSecond,
    int maxProbesQueued,
    int maxProbePeers,
    int maxCallsPerConnection,
    int maxMessageBytes,
    int maxMetadataBytes,
    int maxResetsPerWindow,
    int resetWindowSeconds,
    int permitPingSeconds,
    int maxWebConnections,
    int webRequestSeconds,
    int webIdleSeconds,
    int webStallSeconds) {
  /** What a server has unless it is told otherwise. */
  public static final Limits DEFAULT =
      new Limits(
          2_000_000, 1_100_000, 20_000, 10_000, 4_096, 65_536, 262_144, 65_536, 1_000_000, 168,
          64 << 20, 1_000, 10, 100, 64, 200, 1_024, 10_000, 10_000, 64 * 1024, 8 * 1024, 2_000, 30,
          5, 10_000, 10, 60, 60);

  /** Every limit must leave room for something. */
  public Limits {
    Map<String, Long> all =
        named(
            maxInstances,
            maxStreams,
            maxWatchers,
            maxOverrides,
            maxGroups,
            maxCommands,
            maxBacklog,
            ringSize,
            maxHistory,
            historyHours,
            maxUnwrittenBytes,
            maxTurnedAway,
            turnedAwaySeconds,
            maxHealthList,
            maxProbesInFlight,
            maxProbesPerSecond,
            maxProbesQueued,
            maxProbePeers,
            maxCallsPerConnection,
            maxMessageBytes,
            maxMetadataBytes,
            maxResetsPerWindow,
            resetWindowSeconds,
            permitPingSeconds,
            maxWebConnections,
            webRequestSeconds,
            webIdleSeconds,
            webStallSeconds);
    all.forEach(
        (name, value) -> {
          if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
          }
        });
  }

  /**
   * Returns these limits, but for the ones that are named.
   *
   * @throws IllegalArgumentException if a name is unknown, or its limit leaves no room for anything
   */
  public Limits with(Map<String, Integer> chosen) {
    Map<String, Long> all = named();
    chosen.forEach(
        (name, value) -> {
          if (all.replace(name, (long) value) == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + all.keySet() + ")");
          }
        });
    return new Limits(
        value(all, "max_instances"),
        value(all, "max_streams"),
        value(all, "max_watchers"),
        value(all, "max_overrides"),
        value(all, "max_groups"),
        value(all, "max_commands"),
        value(all, "max_backlog"),
        value(all, "ring_size"),
        value(all, "max_history"),
        value(all, "history_hours"),
        value(all, "max_unwritten_bytes"),
        value(all, "max_turned_away"),
        value(all, "turned_away_seconds"),
        value(all, "max_health_list"),
        value(all, "max_probes_in_flight"),
        value(all, "max_probes_per_second"),
        value(all, "max_probes_queued"),
        value(all, "max_probe_peers"),
        value(all, "max_calls_per_connection"),
        value(all, "max_message_bytes"),
        value(all, "max_metadata_bytes"),
        value(all, "max_resets_per_window"),
        value(all, "reset_window_seconds"),
        value(all, "permit_ping_seconds"),
        value(all, "max_web_connections"),
        value(all, "web_request_seconds"),
        value(all, "web_idle_seconds"),
        value(all, "web_stall_seconds"));
  }

  private static int value(Map<String, Long> all, String name) {
    return Math.toIntExact(Objects.requireNonNull(all.get(name), name));
  }

  ProbeLimits probes() {
    return new ProbeLimits(maxProbesInFlight, maxProbesPerSecond, maxProbesQueued, maxProbePeers);
  }

  HistoryLimits history() {
    return new HistoryLimits(maxHistory, TimeUnit.HOURS.toMillis(historyHours));
  }

  GrpcSettings grpc() {
    return new GrpcSettings(
        maxCallsPerConnection,
        maxMessageBytes,
        maxMetadataBytes,
        maxResetsPerWindow,
        resetWindowSeconds,
        permitPingSeconds);
  }

  WebSettings web() {
    return new WebSettings(
        maxWebConnections,
        maxMessageBytes,
        maxMetadataBytes,
        webRequestSeconds,
        webIdleSeconds,
        webStallSeconds);
  }

  /** All of them by name, sorted. */
  public Map<String, Long> named() {
    return named(
        maxInstances,
        maxStreams,
        maxWatchers,
        maxOverrides,
        maxGroups,
        maxCommands,
        maxBacklog,
        ringSize,
        maxHistory,
        historyHours,
        maxUnwrittenBytes,
        maxTurnedAway,
        turnedAwaySeconds,
        maxHealthList,
        maxProbesInFlight,
        maxProbesPerSecond,
        maxProbesQueued,
        maxProbePeers,
        maxCallsPerConnection,
        maxMessageBytes,
        maxMetadataBytes,
        maxResetsPerWindow,
        resetWindowSeconds,
        permitPingSeconds,
        maxWebConnections,
        webRequestSeconds,
        webIdleSeconds,
        webStallSeconds);
  }

  private static Map<String, Long> named(int... values) {
    String[] names = {
      "max_instances",
      "max_streams",
      "max_watchers",
      "max_overrides",
      "max_groups",
      "max_commands",
      "max_backlog",
      "ring_size",
      "max_history",
      "history_hours",
      "max_unwritten_bytes",
      "max_turned_away",
      "turned_away_seconds",
      "max_health_list",
      "max_probes_in_flight",
      "max_probes_per_second",
      "max_probes_queued",
      "max_probe_peers",
      "max_calls_per_connection",
      "max_message_bytes",
      "max_metadata_bytes",
      "max_resets_per_window",
      "reset_window_seconds",
      "permit_ping_seconds",
      "max_web_connections",
      "web_request_seconds",
      "web_idle_seconds",
      "web_stall_seconds"
    };
    Map<String, Long> all = new TreeMap<>();
    for (int i = 0; i < names.length; i++) {
      all.put(names[i], (long) values[i]);
    }
    return all;
  }
}
