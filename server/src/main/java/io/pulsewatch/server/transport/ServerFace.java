package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.v1.GetServerStateResponse;
import java.util.Map;
import java.util.function.Supplier;

/** A server in the contract's words. Thread-safe. */
public final class ServerFace {
  private final String serverId;
  private final String lineage;
  private final long startedMillis;
  private final Map<String, Long> limits;
  private final Supplier<Counts> counts;

  /**
   * What moves.
   *
   * @param instances entries, ended ones included
   * @param streams open heartbeat streams
   * @param registering streams whose register was read and is not answered
   * @param watchers open watches of all kinds
   * @param stretchPercent of the granted times, in force for who registers now
   */
  public record Counts(
      ServerCondition condition,
      int instances,
      int streams,
      int registering,
      int watchers,
      int stretchPercent) {}

  public ServerFace(
      String serverId,
      String lineage,
      long startedMillis,
      Map<String, Long> limits,
      Supplier<Counts> counts) {
    this.serverId = serverId;
    this.lineage = lineage;
    this.startedMillis = startedMillis;
    this.limits = Map.copyOf(limits);
    this.counts = counts;
  }

  /** The version of this build. */
  public static String version() {
    String version = ServerFace.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The answer to GetServerState, now. */
  public GetServerStateResponse state() {
    Counts now = counts.get();
    return GetServerStateResponse.newBuilder()
        .setServerId(serverId)
        .setVersion(version())
        .setStartedAt(Nanos.timestamp(startedMillis))
        .setLineage(lineage)
        .setDetectorMode(Enums.mode(now.condition().mode()))
        .setWarmingUp(now.condition().warmingUp())
        .setInstances(now.instances())
        .setStreams(now.streams())
        .setRegistering(now.registering())
        .setWatchers(now.watchers())
        .setPauses(now.condition().pauses())
        .setPaused(Nanos.duration(now.condition().pausedNanos()))
        .setStretch((double) now.stretchPercent() / Times.AS_GRANTED)
        .putAllLimits(limits)
        .build();
  }
}
