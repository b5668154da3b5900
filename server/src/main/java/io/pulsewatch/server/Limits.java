package io.pulsewatch.server;

import io.pulsewatch.server.ledger.HistoryLimits;
import io.pulsewatch.server.probe.ProbeLimits;
import io.pulsewatch.server.runtime.GrpcSettings;
import io.pulsewatch.server.runtime.WebSettings;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a server's limits are. Immutable.
 *
 * @param values each {@link Limit}, at least 1
 */
public record Limits(Map<Limit, Integer> values) {
  /** What a server has unless it is told otherwise. */
  public static final Limits DEFAULT = usual();

  /**
   * @throws IllegalArgumentException if a limit is missing, or leaves no room for anything
   */
  public Limits {
    Map<Limit, Integer> all = new EnumMap<>(Limit.class);
    all.putAll(values);
    for (Limit limit : Limit.values()) {
      int value = all.getOrDefault(limit, 0);
      if (value < 1) {
        throw new IllegalArgumentException(limit.word() + ": " + value + " (expected: at least 1)");
      }
    }
    values = Collections.unmodifiableMap(all);
  }

  private static Limits usual() {
    Map<Limit, Integer> all = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      all.put(limit, limit.usual());
    }
    return new Limits(all);
  }

  /** What this one is. */
  public int of(Limit limit) {
    return values.getOrDefault(limit, 0);
  }

  /**
   * Returns these limits, but for the ones that are named.
   *
   * @throws IllegalArgumentException if a name is unknown, or its limit leaves no room for anything
   */
  public Limits with(Map<String, Integer> chosen) {
    Map<Limit, Integer> all = new EnumMap<>(values);
    chosen.forEach((name, value) -> all.put(limit(name), value));
    return new Limits(all);
  }

  private Limit limit(String name) {
    return Arrays.stream(Limit.values())
        .filter(limit -> limit.word().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + " (expected: one of " + named().keySet() + ")"));
  }

  /** All of them by name, sorted. */
  public Map<String, Long> named() {
    Map<String, Long> all = new TreeMap<>();
    values.forEach((limit, value) -> all.put(limit.word(), (long) value));
    return all;
  }

  ProbeLimits probes() {
    return new ProbeLimits(
        of(Limit.MAX_PROBES_IN_FLIGHT),
        of(Limit.MAX_PROBES_PER_SECOND),
        of(Limit.MAX_PROBES_QUEUED),
        of(Limit.MAX_PROBE_PEERS));
  }

  HistoryLimits history() {
    return new HistoryLimits(
        of(Limit.MAX_HISTORY), TimeUnit.HOURS.toMillis(of(Limit.HISTORY_HOURS)));
  }

  GrpcSettings grpc() {
    return new GrpcSettings(
        of(Limit.MAX_CALLS_PER_CONNECTION),
        of(Limit.MAX_MESSAGE_BYTES),
        of(Limit.MAX_METADATA_BYTES),
        of(Limit.MAX_RESETS_PER_WINDOW),
        of(Limit.RESET_WINDOW_SECONDS),
        of(Limit.PERMIT_PING_SECONDS));
  }

  WebSettings web() {
    return new WebSettings(
        of(Limit.MAX_WEB_CONNECTIONS),
        of(Limit.MAX_MESSAGE_BYTES),
        of(Limit.MAX_METADATA_BYTES),
        of(Limit.WEB_REQUEST_SECONDS),
        of(Limit.WEB_IDLE_SECONDS),
        of(Limit.WEB_STALL_SECONDS));
  }
}
