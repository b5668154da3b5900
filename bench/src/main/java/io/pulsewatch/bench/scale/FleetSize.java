package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.load.FleetOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * How much of an open loop.
 *
 * @param intervalMillis what each instance promises
 * @param beatMillis from one beat of an instance to its next
 * @param seconds of ours, after all are registered and have settled
 * @param noopSeconds of the no-op server; 0: it is left out
 * @param sample how many fall silent
 */
record FleetSize(
    int instances,
    int intervalMillis,
    int timeoutMillis,
    int beatMillis,
    int connections,
    int bunch,
    int seconds,
    int noopSeconds,
    int sample) {
  static final int BUNCH = 32;
  static final int CONNECTIONS = 50;
  private static final int TIMEOUT_INTERVALS = 3;
  private static final int CALLS_OF_A_CONNECTION = 10_000;
  private static final int LEAST_HEAP_GIB = 2;
  private static final int INSTANCES_OF_A_GIB = 250_000;

  /** Bunches on some connections for so long; the rest as usual. */
  static FleetSize of(int instances, int intervalMillis, int connections, int bunch, int seconds) {
    return new FleetSize(
        instances,
        intervalMillis,
        TIMEOUT_INTERVALS * intervalMillis,
        intervalMillis,
        connections,
        bunch,
        seconds,
        0,
        Math.min(1_000, instances / 10));
  }

  FleetSize withNoop(int itsSeconds) {
    return new FleetSize(
        instances,
        intervalMillis,
        timeoutMillis,
        beatMillis,
        connections,
        bunch,
        seconds,
        itsSeconds,
        sample);
  }

  FleetSize withSample(int silenced) {
    return new FleetSize(
        instances,
        intervalMillis,
        timeoutMillis,
        beatMillis,
        connections,
        bunch,
        seconds,
        noopSeconds,
        silenced);
  }

  /** Such a fleet without bunches. */
  FleetOrder order(int port, String prefix, Path sendLog) {
    return FleetOrder.even(
        port, prefix, connections, instances, intervalMillis, timeoutMillis, sendLog);
  }

  /** Of both servers. */
  int heapGib() {
    return LEAST_HEAP_GIB + instances / INSTANCES_OF_A_GIB;
  }

  /** Both servers have the same. */
  List<String> options(int heap) {
    int perConnection = Math.max(CALLS_OF_A_CONNECTION, 2 * (instances / connections));
    return List.of(
        "web=on",
        "max_calls_per_connection=" + perConnection,
        "-Xms" + heap + "g",
        "-Xmx" + heap + "g");
  }
}
