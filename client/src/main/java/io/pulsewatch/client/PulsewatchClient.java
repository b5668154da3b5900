package io.pulsewatch.client;

import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ClearOverrideRequest;
import io.pulsewatch.v1.ClearOverrideResponse;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.ListServicesResponse;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.ServiceSummary;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.SetOverrideResponse;
import java.util.Iterator;

/**
 * Asks single questions and gives single orders; each call blocks until it is answered or its call
 * deadline is over. Thread-safe.
 *
 * <p>Each call throws {@link PulsewatchException} with the server's code; {@code DEADLINE_EXCEEDED}
 * when the call deadline is over, {@code UNAVAILABLE} when no server could be reached, {@code
 * CANCELLED} when the calling thread was interrupted (its mark stays set) or the client was closed.
 * Where a server is {@code UNAVAILABLE}, the next one is asked, but for {@link #removeInstance}.
 */
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"})
public final class PulsewatchClient implements AutoCloseable {

  private PulsewatchClient() {}

  /** Begins to describe a client. */
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /** Returns all services that match; asks for further pages as the iterator advances. */
  public Iterator<ServiceSummary> listServices(ListServicesRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns one page of services. */
  public ListServicesResponse listServicesPage(ListServicesRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns all instances that match; asks for further pages as the iterator advances. */
  public Iterator<Instance> listInstances(ListInstancesRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns one page of instances, with its revision. */
  public ListInstancesResponse listInstancesPage(ListInstancesRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns the kept changes that match, oldest first; asks for further pages on the way. */
  public Iterator<Change> listChanges(ListChangesRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns one page of changes, with its revision. */
  public ListChangesResponse listChangesPage(ListChangesRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns one instance; {@code NOT_FOUND} where the name is unknown. */
  public Instance getInstance(GetInstanceRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns one instance with its recent changes. */
  public ExplainInstanceResponse explainInstance(ExplainInstanceRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Sends one beat without a stream. */
  public BeatResponse beat(BeatRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Sets what an operator says of an instance. */
  public SetOverrideResponse setOverride(SetOverrideRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Clears what an operator said. */
  public ClearOverrideResponse clearOverride(ClearOverrideRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Removes an ended instance; {@code FAILED_PRECONDITION} while it lives. */
  public RemoveInstanceResponse removeInstance(RemoveInstanceRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns how the server is and what its limits are. */
  public GetServerStateResponse getServerState(GetServerStateRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Cancels the calls that are open and gives up the connections. Does not wait. */
  @Override
  public void close() {}
}
