package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.pulsewatch.grpc.health.v1.HealthListRequest;
import io.pulsewatch.grpc.health.v1.HealthListResponse;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What grpc.health.v1 promises on the wire. */
final class HealthContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final WatchRig rig = new WatchRig(grpc);
  private final World world = rig.world;

  @Test
  void check() {
    check("a").fault().is(Code.NOT_FOUND, "UNKNOWN_SERVICE").naming("\"a\"");
    check("a/1").fault().is(Code.NOT_FOUND, "UNKNOWN_SERVICE");
    world.register("a/1");
    assertThat(check("a").get().getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(check("a/1").get().getStatus()).isEqualTo(ServingStatus.SERVING);
    check("a/2").fault().is(Code.NOT_FOUND, "UNKNOWN_SERVICE");
    world.go("a/1", State.SUSPECT).pass(1_000);
    assertThat(check("a/1").get().getStatus()).isEqualTo(ServingStatus.UNKNOWN);
    world.go("a/1", State.DEAD);
    assertThat(check("a").get().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void aNameThatNothingCanHave() {
    String longest = "s".repeat(253) + "/" + "i".repeat(253);
    check(longest).fault().is(Code.NOT_FOUND, "UNKNOWN_SERVICE");
    assertThat(watch(longest, 1).next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    check(longest + "i").fault().is(Code.INVALID_ARGUMENT, "BAD_NAME").naming("508", "507");
    watch(longest + "i", 1).fault().is(Code.INVALID_ARGUMENT, "BAD_NAME");
    assertThat(world.hub.watchers()).isEqualTo(1);
  }

  @Test
  void pulsewatchItself() {
    assertThat(check("").get().getStatus()).isEqualTo(ServingStatus.SERVING);
    Messages<HealthCheckRequest, HealthCheckResponse> watch = watch("", Integer.MAX_VALUE);
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    world.serving = false;
    assertThat(check("").get().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    rig.turn();
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void watch() {
    Messages<HealthCheckRequest, HealthCheckResponse> watch = watch("a/1", Integer.MAX_VALUE);
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    world.register("a/1");
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE);
    assertThat(watch.isQuiet()).isTrue();
    world.report("a/1", Status.NOT_SERVING);
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    world.go("a/1", State.LEFT).remove("a/1");
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    assertThat(watch.isQuiet()).as("the stream stays open").isTrue();
    watch.cancel();
    rig.turn();
    assertThat(world.hub.watchers()).isZero();
  }

  @Test
  void theLatestValueWins() {
    world.register("a/1");
    Messages<HealthCheckRequest, HealthCheckResponse> watch = watch("a", 1);
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    world.go("a/1", State.DEAD).register("a/1").report("a/1", Status.STARTING);
    rig.turn();
    watch.read(5);
    rig.turn();
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(watch.isQuiet()).isTrue();
  }

  @Test
  void list() {
    world.register("a/1").register("b/1").go("b/1", State.DEAD);
    Reply<HealthListResponse> all = new Reply<>();
    rig.health().list(HealthListRequest.getDefaultInstance(), all);
    assertThat(all.get().getStatusesMap().keySet()).containsExactlyInAnyOrder("", "a", "b");
    assertThat(all.get().getStatusesOrThrow("b").getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    world.register("c/1");
    Reply<HealthListResponse> tooMany = new Reply<>();
    rig.health().list(HealthListRequest.getDefaultInstance(), tooMany);
    tooMany.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_HEALTH_LIST").naming("ListServices");
  }

  @Test
  void endings() {
    WatchRig small = new WatchRig(grpc, new WatchLimits(1, 10));
    Messages<HealthCheckRequest, HealthCheckResponse> first = new Messages<>();
    Messages<HealthCheckRequest, HealthCheckResponse> second = new Messages<>();
    small.health().watch(HealthCheckRequest.getDefaultInstance(), first);
    small.health().watch(HealthCheckRequest.getDefaultInstance(), second);
    small.turn();
    second.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_WATCHERS").withRetry();
    small.world.hub.sayGoodbye(new Goodbye(Goodbye.Reason.SHUTDOWN, 0, 0));
    first.next();
    first.fault().is(Code.UNAVAILABLE, "GOODBYE").withRetry();
  }

  private Reply<HealthCheckResponse> check(String name) {
    Reply<HealthCheckResponse> reply = new Reply<>();
    rig.health().check(HealthCheckRequest.newBuilder().setService(name).build(), reply);
    return reply;
  }

  private Messages<HealthCheckRequest, HealthCheckResponse> watch(String name, int reads) {
    Messages<HealthCheckRequest, HealthCheckResponse> watch = new Messages<>(reads);
    rig.health().watch(HealthCheckRequest.newBuilder().setService(name).build(), watch);
    rig.turn();
    return watch;
  }
}
