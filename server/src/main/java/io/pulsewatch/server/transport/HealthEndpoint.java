package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.grpc.health.v1.HealthListRequest;
import io.pulsewatch.grpc.health.v1.HealthListResponse;
import io.pulsewatch.server.watch.End;
import io.pulsewatch.server.watch.Health;
import io.pulsewatch.server.watch.HealthSubscriber;
import io.pulsewatch.server.watch.HealthWatch;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.Room;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** grpc.health.v1, for the names of other processes and for Pulsewatch itself. Thread-safe. */
public final class HealthEndpoint extends HealthGrpc.HealthImplBase {
  /** "service/instance_id". */
  private static final int MAX_NAME = 2 * Names.MAX_NAME + 1;

  private static final long LIST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Hub hub;
  private final Executor fanout;
  private final int maxListed;
  private final Authenticator authenticator;

  /**
   * Creates the service.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   * @param maxListed services that {@code List} answers at the most
   * @param authenticator of watches that live longer than what they came in with
   */
  public HealthEndpoint(Hub hub, Executor fanout, int maxListed, Authenticator authenticator) {
    this.hub = hub;
    this.fanout = fanout;
    this.maxListed = maxListed;
    this.authenticator = authenticator;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> response) {
    if (isTooLong(request, response)) {
      return;
    }
    Health health = hub.health().of(request.getService());
    if (health == null) {
      response.onError(
          Statuses.of(
              Status.Code.NOT_FOUND,
              "UNKNOWN_SERVICE",
              "\""
                  + request.getService()
                  + "\" is not known here. Ask for a service, or for service/instance_id."));
      return;
    }
    response.onNext(face(health));
    response.onCompleted();
  }

  @Override
  public void list(HealthListRequest request, StreamObserver<HealthListResponse> response) {
    Map<String, Health> all = hub.health().list(maxListed);
    if (all == null) {
      response.onError(
          Statuses.of(
              Status.Code.RESOURCE_EXHAUSTED,
              "LIMIT_HEALTH_LIST",
              "More than "
                  + maxListed
                  + " services. Use RegistryService.ListServices, or raise max_health_list.",
              LIST_RETRY_NANOS));
      return;
    }
    HealthListResponse.Builder answer = HealthListResponse.newBuilder();
    all.forEach((name, health) -> answer.putStatuses(name, face(health)));
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> response) {
    if (isTooLong(request, response)) {
      return;
    }
    new Call(
            (ServerCallStreamObserver<HealthCheckResponse>) response,
            hub.room(),
            authenticator,
            fanout)
        .begin(hub, request.getService(), fanout);
  }

  /** Nothing can ever have such a name, and a watch would keep it. */
  private static boolean isTooLong(
      HealthCheckRequest request, StreamObserver<HealthCheckResponse> response) {
    int length = request.getService().length();
    if (length <= MAX_NAME) {
      return false;
    }
    response.onError(
        Statuses.invalid(
            "BAD_NAME", "service: " + length + " characters (expected: at most " + MAX_NAME + ")"));
    return true;
  }

  private static HealthCheckResponse face(@Nullable Health health) {
    ServingStatus status =
        health == null
            ? ServingStatus.SERVICE_UNKNOWN
            : switch (health) {
              case SERVING -> ServingStatus.SERVING;
              case UNKNOWN -> ServingStatus.UNKNOWN;
              case NOT_SERVING -> ServingStatus.NOT_SERVING;
            };
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  /** One watch. Confined to the fan-out thread; gRPC's callbacks hop there. */
  private static final class Call implements HealthSubscriber {
    private final Outlet<HealthCheckResponse> outlet;
    private final StreamPass pass;
    private @Nullable HealthWatch watch;

    Call(
        ServerCallStreamObserver<HealthCheckResponse> stream,
        Room room,
        Authenticator authenticator,
        Executor fanout) {
      this.outlet = new Outlet<>(stream, room);
      this.pass = new StreamPass(authenticator, Right.WATCH, fanout, this::onPassEnded);
    }

    void begin(Hub hub, String name, Executor fanout) {
      Access.Pass shown = name.isEmpty() ? Access.Pass.EVERYBODY : Gate.current();
      outlet.begin(fanout, this::onReady, this::onCancel);
      fanout.execute(
          () -> {
            pass.follow(shown);
            watch = hub.watchHealth(name, this);
          });
    }

    @Override
    public boolean isReady() {
      return outlet.isReady();
    }

    @Override
    public void onHealth(@Nullable Health health) {
      HealthCheckResponse message = face(health);
      outlet.send(message, message.getSerializedSize());
    }

    @Override
    public void onEnd(End why) {
      pass.release();
      outlet.end(
          switch (why) {
            case LIMIT -> WatchCall.tooMany();
            case COMPACTED, GOODBYE -> WatchCall.closing(null);
          });
    }

    private void onReady() {
      if (watch != null) {
        watch.onReady();
      }
    }

    private void onPassEnded(Access.Denied denied) {
      onCancel();
      outlet.end(Statuses.of(denied));
    }

    private void onCancel() {
      pass.release();
      if (watch != null) {
        watch.cancel();
      }
    }
  }
}
