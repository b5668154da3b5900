package io.pulsewatch.client;

import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.client.transport.UnaryCalls;
import io.pulsewatch.v1.AckWatchRequest;
import io.pulsewatch.v1.AckWatchResponse;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ClearOverrideRequest;
import io.pulsewatch.v1.ClearOverrideResponse;
import io.pulsewatch.v1.DrainServerRequest;
import io.pulsewatch.v1.DrainServerResponse;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.HandOverRoleResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.ListRolesResponse;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.ListServicesResponse;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.RoleSummary;
import io.pulsewatch.v1.ServiceSummary;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.SetOverrideResponse;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.Iterator;

/**
 * Asks single questions and gives single orders; each call blocks until it is answered or its call
 * deadline is over. Thread-safe.
 *
 * <p>Each call throws {@link PulsewatchException} with the server's code; {@code DEADLINE_EXCEEDED}
 * when the call deadline is over, {@code UNAVAILABLE} when no server could be reached, {@code
 * CANCELLED} when the calling thread was interrupted (its mark stays set) or the client was closed.
 * Where a server is {@code UNAVAILABLE}, the next one is asked, but for {@link #removeInstance} and
 * {@link #drainServer}.
 */
public final class PulsewatchClient implements AutoCloseable {
  private final UnaryCalls calls;

  PulsewatchClient(UnaryCalls calls) {
    this.calls = calls;
  }

  /** Begins to describe a client. */
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /** Returns all services that match; asks for further pages as the iterator advances. */
  public Iterator<ServiceSummary> listServices(ListServicesRequest request) {
    return new PagedIterator<>(
        request.getPageToken(),
        token -> listServicesPage(request.toBuilder().setPageToken(token).build()),
        ListServicesResponse::getServicesList,
        ListServicesResponse::getNextPageToken);
  }

  /** Returns one page of services. */
  public ListServicesResponse listServicesPage(ListServicesRequest request) {
    return ask((channel, by) -> registry(channel, by).listServices(request));
  }

  /** Returns all instances that match; asks for further pages as the iterator advances. */
  public Iterator<Instance> listInstances(ListInstancesRequest request) {
    return new PagedIterator<>(
        request.getPageToken(),
        token -> listInstancesPage(request.toBuilder().setPageToken(token).build()),
        ListInstancesResponse::getInstancesList,
        ListInstancesResponse::getNextPageToken);
  }

  /** Returns one page of instances, with its revision. */
  public ListInstancesResponse listInstancesPage(ListInstancesRequest request) {
    return ask((channel, by) -> registry(channel, by).listInstances(request));
  }

  /** Returns the kept changes that match, oldest first; asks for further pages on the way. */
  public Iterator<Change> listChanges(ListChangesRequest request) {
    return new PagedIterator<>(
        request.getPageToken(),
        token -> listChangesPage(request.toBuilder().setPageToken(token).build()),
        ListChangesResponse::getChangesList,
        ListChangesResponse::getNextPageToken);
  }

  /** Returns one page of changes, with its revision. */
  public ListChangesResponse listChangesPage(ListChangesRequest request) {
    return ask((channel, by) -> registry(channel, by).listChanges(request));
  }

  /** Returns one instance; {@code NOT_FOUND} where the name is unknown. */
  public Instance getInstance(GetInstanceRequest request) {
    return ask((channel, by) -> registry(channel, by).getInstance(request)).getInstance();
  }

  /** Returns one instance with its recent changes. */
  public ExplainInstanceResponse explainInstance(ExplainInstanceRequest request) {
    return ask((channel, by) -> registry(channel, by).explainInstance(request));
  }

  /** Sends one beat without a stream. */
  public BeatResponse beat(BeatRequest request) {
    return ask((channel, by) -> beats(channel, by).beat(request));
  }

  /** Sets what an operator says of an instance. */
  public SetOverrideResponse setOverride(SetOverrideRequest request) {
    return ask((channel, by) -> admin(channel, by).setOverride(request));
  }

  /** Clears what an operator said. */
  public ClearOverrideResponse clearOverride(ClearOverrideRequest request) {
    return ask((channel, by) -> admin(channel, by).clearOverride(request));
  }

  /** Removes an ended instance; {@code FAILED_PRECONDITION} while it lives. */
  public RemoveInstanceResponse removeInstance(RemoveInstanceRequest request) {
    try {
      return calls.askOnce((channel, by) -> admin(channel, by).removeInstance(request));
    } catch (StatusRuntimeException refused) {
      throw Failures.of(refused);
    }
  }

  /**
   * Drains a server, or takes that back: see {@code AdminService.DrainServer}. Asks one server
   * only, for it is the one that is meant.
   */
  public DrainServerResponse drainServer(DrainServerRequest request) {
    try {
      return calls.askOnce((channel, by) -> admin(channel, by).drainServer(request));
    } catch (StatusRuntimeException refused) {
      throw Failures.of(refused);
    }
  }

  /** Says what a named watcher has acted on: see {@code WatchService.AckWatch}. */
  public AckWatchResponse ackWatch(AckWatchRequest request) {
    return ask(
        (channel, by) ->
            WatchServiceGrpc.newBlockingStub(channel).withDeadline(by).ackWatch(request));
  }

  /** Returns how the server is and what its limits are. */
  public GetServerStateResponse getServerState(GetServerStateRequest request) {
    return ask((channel, by) -> admin(channel, by).getServerState(request));
  }

  /** Returns how the server's hooks are. */
  public ListHooksResponse listHooks(ListHooksRequest request) {
    return ask((channel, by) -> admin(channel, by).listHooks(request));
  }

  /** Sends a sample through a hook, and returns what came of it when that is known. */
  public TestHookResponse testHook(TestHookRequest request) {
    return ask((channel, by) -> admin(channel, by).testHook(request));
  }

  /** Lets a hook tell again what it gave up, or everything since a revision. */
  public ReplayHookResponse replayHook(ReplayHookRequest request) {
    return ask((channel, by) -> admin(channel, by).replayHook(request));
  }

  /** Returns all roles that match; asks for further pages as the iterator advances. */
  public Iterator<RoleSummary> listRoles(ListRolesRequest request) {
    return new PagedIterator<>(
        request.getPageToken(),
        token -> listRolesPage(request.toBuilder().setPageToken(token).build()),
        ListRolesResponse::getRolesList,
        ListRolesResponse::getNextPageToken);
  }

  /** Returns one page of roles. */
  public ListRolesResponse listRolesPage(ListRolesRequest request) {
    return ask((channel, by) -> registry(channel, by).listRoles(request));
  }

  /**
   * Takes a role from its holder, for another one; {@code FAILED_PRECONDITION} where nobody else
   * may be granted it. Asks one server only: said twice it might take the role from the new holder.
   */
  public HandOverRoleResponse handOverRole(HandOverRoleRequest request) {
    try {
      return calls.askOnce((channel, by) -> admin(channel, by).handOverRole(request));
    } catch (StatusRuntimeException refused) {
      throw Failures.of(refused);
    }
  }

  /** Cancels the calls that are open and gives up the connections. Does not wait. */
  @Override
  public void close() {
    calls.close();
  }

  private <R> R ask(UnaryCalls.Call<R> call) {
    try {
      return calls.ask(call);
    } catch (StatusRuntimeException refused) {
      throw Failures.of(refused);
    }
  }

  private static RegistryServiceGrpc.RegistryServiceBlockingStub registry(
      Channel channel, Deadline by) {
    return RegistryServiceGrpc.newBlockingStub(channel).withDeadline(by);
  }

  private static AdminServiceGrpc.AdminServiceBlockingStub admin(Channel channel, Deadline by) {
    return AdminServiceGrpc.newBlockingStub(channel).withDeadline(by);
  }

  private static HeartbeatServiceGrpc.HeartbeatServiceBlockingStub beats(
      Channel channel, Deadline by) {
    return HeartbeatServiceGrpc.newBlockingStub(channel).withDeadline(by);
  }
}
