package io.pulsewatch.server.transport;

import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.server.watch.Hub;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** grpc.health.v1, for the names of other processes. Thread-safe. */
@SuppressWarnings("UnusedVariable") // seam
public final class HealthEndpoint extends HealthGrpc.HealthImplBase {
  private final Hub hub;
  private final Executor fanout;
  private final BooleanSupplier serving;
  private final int maxListed;

  /**
   * Creates the service.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   * @param serving whether Pulsewatch itself serves; any thread, returns at once
   * @param maxListed names that {@code List} answers at the most
   */
  public HealthEndpoint(Hub hub, Executor fanout, BooleanSupplier serving, int maxListed) {
    this.hub = hub;
    this.fanout = fanout;
    this.serving = serving;
    this.maxListed = maxListed;
  }
}
