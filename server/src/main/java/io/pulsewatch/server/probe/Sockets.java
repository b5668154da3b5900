package io.pulsewatch.server.probe;

import io.pulsewatch.server.liveness.Probe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/** Where connections are made. Thread-safe; returns at once and answers on a thread of its own. */
public interface Sockets {
  /** How to ask an endpoint that accepted a connection. */
  enum Protocol {
    /** Not at all: that it accepted is the answer. */
    TCP,
    /** By {@code grpc.health.v1.Health/Check} in plaintext; any answer will do. */
    GRPC
  }

  /**
   * What was found.
   *
   * @param tookNanos from the first packet
   */
  record Found(Probe.Outcome outcome, long tookNanos) {}

  /**
   * Looks up the addresses of a host. Tells none where there are none, and where as many look-ups
   * wait as may.
   */
  void resolve(String host, Consumer<List<InetAddress>> told);

  /** Connects to this address and to no other, and tells what it found about within the time. */
  void look(InetSocketAddress at, Protocol protocol, long withinNanos, Consumer<Found> told);
}
