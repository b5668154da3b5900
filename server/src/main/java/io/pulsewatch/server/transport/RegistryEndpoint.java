package io.pulsewatch.server.transport;

import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.v1.RegistryServiceGrpc;
import java.util.concurrent.Executor;

/** Answers who is there. Thread-safe. */
@SuppressWarnings("UnusedVariable") // seam
public final class RegistryEndpoint extends RegistryServiceGrpc.RegistryServiceImplBase {
  private final Hub hub;
  private final CommittedView view;
  private final Executor fanout;
  private final Faces faces;

  /**
   * Creates the service.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   */
  public RegistryEndpoint(Hub hub, CommittedView view, Executor fanout, Faces faces) {
    this.hub = hub;
    this.view = view;
    this.fanout = fanout;
    this.faces = faces;
  }
}
