package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.ClearOverrideRequest;
import io.pulsewatch.v1.ClearOverrideResponse;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.SetOverrideResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators may ask. */
final class AdminContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  private static AdminServiceGrpc.AdminServiceStub admin(ManualEngine engine) {
    return AdminServiceGrpc.newStub(engine.channel());
  }

  private TestStream live(String name) {
    TestStream stream = TestStream.open(engine.channel()).send(register(name));
    engine.turn();
    stream.registered();
    engine.takeChanges();
    return stream;
  }

  private static SetOverrideRequest.Builder override(OverrideKind kind) {
    return SetOverrideRequest.newBuilder()
        .setService("orders")
        .setInstanceId("a")
        .setOverride(kind);
  }

  private Reply<SetOverrideResponse> set(SetOverrideRequest.Builder request) {
    Reply<SetOverrideResponse> reply = new Reply<>();
    admin(engine).setOverride(request.build(), reply);
    engine.turn();
    return reply;
  }

  private Reply<ClearOverrideResponse> clear(String service, String id) {
    Reply<ClearOverrideResponse> reply = new Reply<>();
    admin(engine)
        .clearOverride(
            ClearOverrideRequest.newBuilder().setService(service).setInstanceId(id).build(), reply);
    engine.turn();
    return reply;
  }

  private Reply<RemoveInstanceResponse> remove(String service, String id) {
    Reply<RemoveInstanceResponse> reply = new Reply<>();
    admin(engine)
        .removeInstance(
            RemoveInstanceRequest.newBuilder().setService(service).setInstanceId(id).build(),
            reply);
    engine.turn();
    return reply;
  }

  @ParameterizedTest
  @EnumSource(
      names = {"OVERRIDE_KIND_MAINTENANCE", "OVERRIDE_KIND_SERVING", "OVERRIDE_KIND_NOT_SERVING"})
  void anOverrideStaysUntilItIsCleared(OverrideKind kind) {
    live("orders/a");
    SetOverrideResponse response = set(override(kind).setReason("disk swap")).get();

    assertThat(response.getInstance().getServing())
        .isEqualTo(kind == OverrideKind.OVERRIDE_KIND_SERVING);
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.OVERRIDE);
    assertThat(response.getInstance().getRevision()).isEqualTo(change.revision());
    OperatorOverride told = requireNonNull(change.after().override());
    assertThat(told.reason()).isEqualTo("disk swap");
    assertThat(told.expiresAtMillis()).isEqualTo(OperatorOverride.NEVER);

    assertThat(clear("orders", "a").get().getInstance().getServing()).isTrue();
    Change cleared = engine.takeChange();
    assertThat(cleared.cause()).isEqualTo(Cause.OVERRIDE);
    assertThat(cleared.after().override()).isNull();
    // Once more: nothing to clear is no error, and no change.
    Instance again = clear("orders", "a").get().getInstance();
    assertThat(again.getServing()).isTrue();
    assertThat(again.getRevision()).isEqualTo(cleared.revision());
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void anOverrideEndsByItself() {
    TestStream stream = live("orders/a");
    set(override(OverrideKind.OVERRIDE_KIND_MAINTENANCE).setExpiresIn(seconds(3)));
    Change change = engine.takeChange();
    OperatorOverride told = requireNonNull(change.after().override());
    assertThat(told.expiresAtMillis()).isEqualTo(ManualEngine.START_MILLIS + 3_000);
    engine.advanceMillis(2_990);
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(10);

    Change ended = engine.takeChange();
    assertThat(ended.cause()).isEqualTo(Cause.OVERRIDE_EXPIRED);
    assertThat(ended.after().override()).isNull();
    assertThat(ended.after().serving()).isTrue();
    stream.quiet();
  }

  @Test
  void anOverrideOutlivesReconnectsAndIncarnations() {
    TestStream stream = live("orders/a");
    set(override(OverrideKind.OVERRIDE_KIND_NOT_SERVING));
    stream.leave("");
    engine.turn();
    engine.takeChanges();
    live("orders/a");
    assertThat(clear("orders", "a").get().getInstance().getServing()).isTrue();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.OVERRIDE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 99, -1})
  void anOverrideNeedsAKind(int number) {
    live("orders/a");
    Fault fault =
        set(override(OverrideKind.OVERRIDE_KIND_SERVING).setOverrideValue(number))
            .fault()
            .is(Code.INVALID_ARGUMENT, "BAD_OVERRIDE");
    fault.naming("override: " + number, "MAINTENANCE");
  }

  static Stream<Duration> badExpiries() {
    return Stream.of(
        seconds(0),
        nanos(0, 999_999_999),
        seconds(-1),
        nanos(0, -1),
        seconds(365L * 86_400 + 1),
        seconds(1_000_000_000_000L),
        nanos(Long.MAX_VALUE, Integer.MAX_VALUE),
        nanos(Long.MIN_VALUE, Integer.MIN_VALUE));
  }

  @ParameterizedTest
  @MethodSource("badExpiries")
  void anExpiryHasARange(Duration expiry) {
    live("orders/a");
    set(override(OverrideKind.OVERRIDE_KIND_SERVING).setExpiresIn(expiry))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_EXPIRY")
        .naming("expires_in", "1s..365 days");
  }

  static Stream<Duration> goodExpiries() {
    return Stream.of(seconds(1), seconds(365L * 86_400));
  }

  @ParameterizedTest
  @MethodSource("goodExpiries")
  void anExpiryAtTheEndsOfItsRangeIsTaken(Duration expiry) {
    live("orders/a");
    set(override(OverrideKind.OVERRIDE_KIND_SERVING).setExpiresIn(expiry)).get();
    OperatorOverride told = requireNonNull(engine.takeChange().after().override());
    assertThat(told.expiresAtMillis())
        .isEqualTo(ManualEngine.START_MILLIS + expiry.getSeconds() * 1_000);
  }

  @Test
  void whatIsMalformedIsRefused() {
    set(override(OverrideKind.OVERRIDE_KIND_SERVING).setService("a/b"))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_NAME");
    set(override(OverrideKind.OVERRIDE_KIND_SERVING).setReason("r".repeat(1_025)))
        .fault()
        .is(Code.INVALID_ARGUMENT, "TOO_LONG")
        .naming("reason");
    clear("", "a").fault().is(Code.INVALID_ARGUMENT, "BAD_NAME").naming("service");
    remove("orders", "").fault().is(Code.INVALID_ARGUMENT, "BAD_NAME").naming("instance_id");
  }

  @Test
  void nobodyByThatName() {
    set(override(OverrideKind.OVERRIDE_KIND_SERVING))
        .fault()
        .is(Code.NOT_FOUND, "UNKNOWN_INSTANCE")
        .naming("orders/a");
    clear("orders", "a").fault().is(Code.NOT_FOUND, "UNKNOWN_INSTANCE");
    remove("orders", "a").fault().is(Code.NOT_FOUND, "UNKNOWN_INSTANCE");
  }

  @Test
  void onlyTheEndedAreRemoved() {
    TestStream stream = live("orders/a");
    remove("orders", "a").fault().is(Code.FAILED_PRECONDITION, "STILL_LIVE").naming("orders/a");
    stream.cancel();
    engine.turn();
    assertThat(engine.takeChange().after().state()).isEqualTo(State.SUSPECT);
    remove("orders", "a").fault().is(Code.FAILED_PRECONDITION, "STILL_LIVE");
    engine.advanceMillis(5_100);
    assertThat(engine.takeChange().after().state()).isEqualTo(State.DEAD);

    RemoveInstanceResponse removed = remove("orders", "a").get();
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.REMOVED);
    assertThat(removed.getRevision()).isEqualTo(change.revision());
    remove("orders", "a").fault().is(Code.NOT_FOUND, "UNKNOWN_INSTANCE");
  }

  @Test
  void overridesAreLimited() {
    Settings standard = Settings.DEFAULT;
    Settings settings =
        new Settings(
            standard.maxInstances(),
            1,
            standard.maxMailPerTurn(),
            standard.maxExpiriesPerTurn(),
            standard.maxRemovalsPerTurn(),
            standard.retentionMillis(),
            standard.minEndedKept(),
            standard.warmUpNanos());
    ManualEngine small = new ManualEngine(grpc, settings, 10, 10);
    TestStream.open(small.channel()).send(register("orders/a"));
    TestStream.open(small.channel()).send(register("orders/b"));
    small.turn();
    Reply<SetOverrideResponse> first = new Reply<>();
    Reply<SetOverrideResponse> again = new Reply<>();
    Reply<SetOverrideResponse> second = new Reply<>();
    admin(small).setOverride(override(OverrideKind.OVERRIDE_KIND_SERVING).build(), first);
    admin(small).setOverride(override(OverrideKind.OVERRIDE_KIND_MAINTENANCE).build(), again);
    admin(small)
        .setOverride(
            override(OverrideKind.OVERRIDE_KIND_SERVING).setInstanceId("b").build(), second);
    small.turn();
    assertThat(first.get().getInstance().getServing()).isTrue();
    assertThat(again.get().getInstance().getServing()).isFalse();
    second
        .fault()
        .is(Code.RESOURCE_EXHAUSTED, "LIMIT_OVERRIDES")
        .naming("max_overrides")
        .withRetry();
  }

  @Test
  void tellsTheServersState() {
    Reply<GetServerStateResponse> reply = new Reply<>();
    admin(engine).getServerState(GetServerStateRequest.getDefaultInstance(), reply);
    assertThat(reply.get().getServerId()).isEqualTo(ManualEngine.SERVER_ID);
  }
}
