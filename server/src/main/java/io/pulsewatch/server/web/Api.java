package io.pulsewatch.server.web;

import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.server.transport.RegistryEndpoint;
import io.pulsewatch.server.transport.WatchEndpoint;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.WatchRequest;

/**
 * The contract by HTTP: a request is translated, handed to the service that gRPC calls, too, and
 * its answer or status is translated back. Thread-safe; returns at once.
 */
public final class Api {
  private static final String LAST_EVENT_ID = "last-event-id";

  private final HeartbeatEndpoint heartbeats;
  private final RegistryEndpoint registry;
  private final WatchEndpoint watches;

  public Api(HeartbeatEndpoint heartbeats, RegistryEndpoint registry, WatchEndpoint watches) {
    this.heartbeats = heartbeats;
    this.registry = registry;
    this.watches = watches;
  }

  void beat(WebRequest request, Exchange exchange) {
    BeatRequest.Builder beat = Json.read(request.body(), BeatRequest.newBuilder());
    heartbeats.beat(beat.build(), request.peer(), exchange, answerTo(request, exchange));
  }

  void services(WebRequest request, Exchange exchange) {
    registry.listServices(
        Query.read(request, ListServicesRequest.newBuilder()).build(), answerTo(request, exchange));
  }

  void instances(WebRequest request, Exchange exchange) {
    registry.listInstances(
        Query.read(request, ListInstancesRequest.newBuilder()).build(),
        answerTo(request, exchange));
  }

  void instance(String service, String id, WebRequest request, Exchange exchange) {
    GetInstanceRequest asked =
        GetInstanceRequest.newBuilder().setService(service).setInstanceId(id).build();
    registry.getInstance(asked, answerTo(request, exchange));
  }

  void roles(WebRequest request, Exchange exchange) {
    registry.listRoles(
        Query.read(request, ListRolesRequest.newBuilder()).build(), answerTo(request, exchange));
  }

  void changes(WebRequest request, Exchange exchange) {
    registry.listChanges(
        Query.read(request, ListChangesRequest.newBuilder()).build(), answerTo(request, exchange));
  }

  void watch(WebRequest request, Access.Pass pass, Exchange exchange) {
    WatchRequest.Builder asked = Query.read(request, WatchRequest.newBuilder());
    String last = request.header(LAST_EVENT_ID);
    if (last != null && !last.isBlank()) {
      asked.setResumeToken(last.strip()); // newer than the one that the address carries
    }
    watches.open(asked.build(), pass, new EventFlow(exchange, watches.room().seat()));
  }

  private static <T extends Message> StreamObserver<T> answerTo(
      WebRequest request, Exchange exchange) {
    boolean pretty = Query.isPretty(request);
    return new StreamObserver<>() {
      @Override
      public void onNext(T message) {
        // Large pages take a while: not on the fan-out thread.
        exchange.execute(
            () -> exchange.answer(WebAnswer.json(200, Json.text(message, pretty) + "\n")));
      }

      @Override
      public void onError(Throwable error) {
        exchange.answer(Failure.of(error).answer());
      }

      @Override
      public void onCompleted() {}
    };
  }
}
