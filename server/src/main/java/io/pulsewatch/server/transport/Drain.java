package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.GoodbyeReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A drain as it was ordered: everybody is asked to leave, and nobody new is taken. Immutable.
 *
 * @param startedNanos by the clock that paces the goodbyes
 * @param reconnectAfterNanos everybody is asked to stay away for so long
 * @param spreadNanos in which all are told, evenly
 * @param peers other servers, as {@code host:port}
 */
public record Drain(
    long startedNanos,
    long startedMillis,
    long reconnectAfterNanos,
    long spreadNanos,
    List<String> peers) {
  /** Who comes to a server that drains comes back no sooner. */
  private static final long LEAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Who is refused with a wait comes back after that and a random part of the same. */
  static final int LONGEST_WAITS = 2;

  public Drain {
    peers = List.copyOf(peers);
  }

  /** How long whoever comes meanwhile is asked to stay away. */
  long retryNanos() {
    return Math.max(LEAST_RETRY_NANOS, reconnectAfterNanos);
  }

  /** For a stream that lives: the time at which it is told is its part of the spread. */
  Goodbye goodbye() {
    return goodbye(reconnectAfterNanos);
  }

  /** For a stream that has just come. */
  Goodbye goodbyeAtTheDoor() {
    return goodbye(retryNanos());
  }

  /** Ends a stream that lives. */
  StatusRuntimeException status() {
    return status(reconnectAfterNanos);
  }

  /** Refuses who comes. */
  StatusRuntimeException refusal() {
    return status(retryNanos());
  }

  /** In the contract's words. */
  io.pulsewatch.v1.Drain face(int streams, int watchers) {
    return io.pulsewatch.v1.Drain.newBuilder()
        .setStartedAt(Nanos.timestamp(startedMillis))
        .setReconnectAfter(Nanos.duration(reconnectAfterNanos))
        .setSpread(Nanos.duration(spreadNanos))
        .addAllPeers(peers)
        .setStreams(streams)
        .setWatchers(watchers)
        .setDone(streams == 0 && watchers == 0)
        .build();
  }

  private Goodbye goodbye(long afterNanos) {
    return Goodbye.newBuilder()
        .setReason(GoodbyeReason.GOODBYE_REASON_DRAIN)
        .setReconnectAfter(Nanos.duration(afterNanos))
        .addAllPeers(peers)
        .build();
  }

  private StatusRuntimeException status(long afterNanos) {
    String where = peers.isEmpty() ? "another server" : String.join(" or ", peers);
    return Statuses.of(
        Status.Code.UNAVAILABLE,
        "DRAINING",
        "This server is drained and takes nobody. Go to " + where + ", or come back.",
        afterNanos,
        peers.isEmpty() ? Map.of() : Map.of("peers", String.join(",", peers)));
  }
}
