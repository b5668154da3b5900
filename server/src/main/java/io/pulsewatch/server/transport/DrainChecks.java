package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import io.pulsewatch.v1.DrainServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What may be ordered of a drain, with errors that name the field and the remedy. Stateless. */
final class DrainChecks {
  static final int MAX_PEERS = 16;
  private static final long MAX_WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long MAX_SPREAD_NANOS = TimeUnit.HOURS.toNanos(1);

  /** A name, an address, or one of IPv6 in brackets; then a port. */
  private static final Pattern HOST_PORT =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.%]{2,60}\\]):([0-9]{1,5})");

  private static final int MAX_PORT = 65_535;

  private DrainChecks() {}

  /**
   * Checks all of it.
   *
   * @throws io.grpc.StatusRuntimeException where something is out of range
   */
  static void check(DrainServerRequest request) {
    check("reconnect_after", request.getReconnectAfter(), MAX_WAIT_NANOS, "0s..10min");
    check("spread", request.getSpread(), MAX_SPREAD_NANOS, "0s..1h");
    if (request.getPeersCount() > MAX_PEERS) {
      throw Statuses.invalid(
          "TOO_MANY",
          "peers: " + request.getPeersCount() + " (expected: at most " + MAX_PEERS + ")");
    }
    request.getPeersList().forEach(DrainChecks::checkPeer);
  }

  private static void check(String field, Duration value, long most, String expected) {
    long nanos = Nanos.of(value);
    if (nanos < 0 || nanos > most) {
      throw Statuses.invalid(
          "BAD_DURATION", field + ": " + nanos / 1e9 + "s (expected: " + expected + ")");
    }
  }

  private static void checkPeer(String peer) {
    var parts = HOST_PORT.matcher(peer);
    boolean good = parts.matches();
    int port = good ? Integer.parseInt(parts.group(2)) : 0;
    if (port < 1 || port > MAX_PORT) {
      String shown = peer.length() > 100 ? peer.substring(0, 100) + "..." : peer;
      throw Statuses.invalid("BAD_PEER", "peers: '" + shown + "' (expected: host:port)");
    }
  }
}
