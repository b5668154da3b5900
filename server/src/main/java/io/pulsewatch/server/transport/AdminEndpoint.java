package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.watch.RoleBoard;
import io.pulsewatch.server.watch.RoleStanding;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.ClearOverrideRequest;
import io.pulsewatch.v1.ClearOverrideResponse;
import io.pulsewatch.v1.DrainServerRequest;
import io.pulsewatch.v1.DrainServerResponse;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.HandOverRoleResponse;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.SetOverrideResponse;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The operators' service. Thread-safe. */
public final class AdminEndpoint extends AdminServiceGrpc.AdminServiceImplBase {
  private static final long MIN_EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_EXPIRY_NANOS = TimeUnit.DAYS.toNanos(365);

  private final StreamLoop.Finder loops;
  private final Mailroom mailroom;
  private final LongSupplier wallMillis;
  private final Function<Entry, io.pulsewatch.v1.Instance> faces;
  private final Supplier<GetServerStateResponse> serverState;
  private final DrainDesk drains;
  private final HookDesk hooks;
  private final RoleBoard roles;

  /**
   * Creates the service.
   *
   * @param wallMillis wall clock, for expiries
   * @param faces an entry in the contract's words
   * @param serverState what GetServerState answers, but for a drain
   * @param hooks answers on a thread of its own
   * @param roles who holds which role
   */
  public AdminEndpoint(
      StreamLoop.Finder loops,
      Mailroom mailroom,
      LongSupplier wallMillis,
      Function<Entry, io.pulsewatch.v1.Instance> faces,
      Supplier<GetServerStateResponse> serverState,
      DrainDesk drains,
      HookDesk hooks,
      RoleBoard roles) {
    this.loops = loops;
    this.mailroom = mailroom;
    this.wallMillis = wallMillis;
    this.faces = faces;
    this.serverState = serverState;
    this.drains = drains;
    this.hooks = hooks;
    this.roles = roles;
  }

  @Override
  public void setOverride(
      SetOverrideRequest request, StreamObserver<SetOverrideResponse> response) {
    run(
        response,
        () -> {
          InstanceKey key = Names.key(request.getService(), request.getInstanceId());
          OperatorOverride override = override(request);
          return new Command.SetOverride(
              caller(
                  response,
                  SetOverrideResponse.getDefaultInstance(),
                  entry ->
                      SetOverrideResponse.newBuilder().setInstance(faces.apply(entry)).build()),
              key,
              override);
        });
  }

  @Override
  public void clearOverride(
      ClearOverrideRequest request, StreamObserver<ClearOverrideResponse> response) {
    run(
        response,
        () -> {
          InstanceKey key = Names.key(request.getService(), request.getInstanceId());
          return new Command.SetOverride(
              caller(
                  response,
                  ClearOverrideResponse.getDefaultInstance(),
                  entry ->
                      ClearOverrideResponse.newBuilder().setInstance(faces.apply(entry)).build()),
              key,
              null);
        });
  }

  @Override
  public void removeInstance(
      RemoveInstanceRequest request, StreamObserver<RemoveInstanceResponse> response) {
    run(
        response,
        () -> {
          InstanceKey key = Names.key(request.getService(), request.getInstanceId());
          return new Command.Remove(
              caller(
                  response,
                  RemoveInstanceResponse.getDefaultInstance(),
                  entry ->
                      RemoveInstanceResponse.newBuilder().setRevision(entry.revision()).build()),
              key);
        });
  }

  @Override
  public void handOverRole(
      HandOverRoleRequest request, StreamObserver<HandOverRoleResponse> response) {
    run(
        response,
        () -> {
          String role = request.getRole();
          Names.checkRole("role", role);
          Names.checkBytes("reason", request.getReason(), Names.MAX_TEXT_BYTES);
          InstanceKey to =
              request.hasTo()
                  ? Names.key(request.getTo().getService(), request.getTo().getInstanceId())
                  : null;
          return new Command.HandOver(
              caller(
                  response, HandOverRoleResponse.getDefaultInstance(), former -> handedOver(role)),
              role,
              to,
              request.getReason());
        });
  }

  private HandOverRoleResponse handedOver(String role) {
    RoleStanding standing = roles.find(role);
    return standing == null
        ? HandOverRoleResponse.getDefaultInstance()
        : HandOverRoleResponse.newBuilder().setRole(RoleFaces.summary(standing)).build();
  }

  @Override
  public void getServerState(
      GetServerStateRequest request, StreamObserver<GetServerStateResponse> response) {
    GetServerStateResponse state = serverState.get();
    io.pulsewatch.v1.Drain drain = drains.face();
    response.onNext(drain == null ? state : state.toBuilder().setDrain(drain).build());
    response.onCompleted();
  }

  @Override
  public void listHooks(ListHooksRequest request, StreamObserver<ListHooksResponse> response) {
    hooks.list(request, HoppingObserver.to(loops.current(), response));
  }

  @Override
  public void testHook(TestHookRequest request, StreamObserver<TestHookResponse> response) {
    hooks.test(request, HoppingObserver.to(loops.current(), response));
  }

  @Override
  public void replayHook(ReplayHookRequest request, StreamObserver<ReplayHookResponse> response) {
    hooks.replay(request, HoppingObserver.to(loops.current(), response));
  }

  @Override
  public void drainServer(
      DrainServerRequest request, StreamObserver<DrainServerResponse> response) {
    try {
      if (request.getCancel()) {
        drains.cancel();
      } else {
        DrainChecks.check(request);
        drains.drain(
            Nanos.of(request.getReconnectAfter()),
            request.hasSpread() ? Nanos.of(request.getSpread()) : null,
            request.getPeersList());
      }
      io.pulsewatch.v1.Drain drain = drains.face();
      response.onNext(
          drain == null
              ? DrainServerResponse.getDefaultInstance()
              : DrainServerResponse.newBuilder().setDrain(drain).build());
      response.onCompleted();
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  private OperatorOverride override(SetOverrideRequest request) {
    OperatorOverride.Kind kind = Enums.override(request.getOverride());
    if (kind == null) {
      throw Statuses.invalid(
          "BAD_OVERRIDE",
          "override: "
              + request.getOverrideValue()
              + " (expected: MAINTENANCE, SERVING or NOT_SERVING)");
    }
    Names.checkBytes("reason", request.getReason(), Names.MAX_TEXT_BYTES);
    long expires = OperatorOverride.NEVER;
    if (request.hasExpiresIn()) {
      long wish = Nanos.of(request.getExpiresIn());
      if (wish < MIN_EXPIRY_NANOS || wish > MAX_EXPIRY_NANOS) {
        throw Statuses.invalid(
            "BAD_EXPIRY",
            "expires_in: "
                + request.getExpiresIn().getSeconds()
                + "s (expected: 1s..365 days; unset: until cleared)");
      }
      expires = wallMillis.getAsLong() + TimeUnit.NANOSECONDS.toMillis(wish);
    }
    return new OperatorOverride(kind, request.getReason(), expires);
  }

  private void run(StreamObserver<?> response, Supplier<Command> command) {
    try {
      if (!mailroom.offer(command.get())) {
        throw Statuses.of(
            Status.Code.RESOURCE_EXHAUSTED,
            "LIMIT_COMMANDS",
            "Too many requests wait at this server. Try again, with jitter.",
            mailroom.awayNanos());
      }
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  /**
   * Waits for the kernel.
   *
   * @param cleared the answer where no entry is left to tell
   */
  private <T> Answer.Caller caller(StreamObserver<T> response, T cleared, Function<Entry, T> done) {
    StreamLoop loop = loops.current();
    return reply ->
        loop.execute(
            () -> {
              if (reply instanceof Answer.Done entry) {
                response.onNext(done.apply(entry.entry()));
                response.onCompleted();
              } else if (reply instanceof Answer.Cleared) {
                response.onNext(cleared);
                response.onCompleted();
              } else if (reply instanceof Answer.RoleRefused refused) {
                response.onError(RoleFaces.refused(refused));
              } else if (reply instanceof Answer.Refused refused) {
                response.onError(Statuses.of(refused));
              }
            });
  }
}
