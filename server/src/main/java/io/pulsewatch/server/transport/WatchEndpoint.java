package io.pulsewatch.server.transport;

import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.concurrent.Executor;

/** Tells who is alive, and every change of it. Thread-safe. */
@SuppressWarnings("UnusedVariable") // seam
public final class WatchEndpoint extends WatchServiceGrpc.WatchServiceImplBase {
  private final Hub hub;
  private final Executor fanout;
  private final Faces faces;

  /**
   * Creates the service.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   */
  public WatchEndpoint(Hub hub, Executor fanout, Faces faces) {
    this.hub = hub;
    this.fanout = fanout;
    this.faces = faces;
  }
}
