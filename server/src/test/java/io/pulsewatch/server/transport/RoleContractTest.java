package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.HandOverRoleResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.ListRolesResponse;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Role;
import io.pulsewatch.v1.RoleCandidate;
import io.pulsewatch.v1.RoleSummary;
import io.pulsewatch.v1.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Roles on the wire: granted, listed, given up, handed over, asked for. */
final class RoleContractTest {
  private static final Settings DURABLE =
      new Settings(1_000, 100, 512, 512, 100, 3_600_000, 100, 0);

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc, DURABLE, 1_000, 1_000);
  private final RegistryEndpoint registry =
      new RegistryEndpoint(
          new World(WatchLimits.DEFAULT).hub,
          engine.view(),
          Runnable::run,
          new Faces(() -> new Moment(engine.nowNanos(), ManualEngine.START_MILLIS)),
          null);

  @Test
  void aGrantComesUnaskedAndEachAckListsIt() {
    TestStream a = stands("orders/a", 0);
    assertThat(a.registered().getRolesList()).isEmpty();
    Ack granted = a.ack();
    assertThat(granted.hasExpiresIn()).isFalse();
    Role role = granted.getRoles(0);
    assertThat(role.getName()).isEqualTo("writer");
    Change change = last();
    assertThat(change.cause()).isEqualTo(Cause.ROLE_GRANTED);
    Instance shown = new Faces(() -> new Moment(0, 0)).instance(change.after(), new Moment(0, 0));
    assertThat(shown.getRolesList()).containsExactly(role);

    a.send(heartbeat(1));
    Ack ack = a.ack();
    assertThat(ack.hasExpiresIn()).isTrue();
    assertThat(ack.getRolesList()).containsExactly(role);
    a.send(heartbeat(2, Status.STATUS_DEGRADED));
    engine.turn();
    assertThat(a.ack().getRolesList()).containsExactly(role);
  }

  @Test
  void whoResumesIsToldWhatItHolds() {
    TestStream a = stands("orders/a", 0);
    Registered first = a.registered();
    Role role = a.ack().getRoles(0);
    TestStream again =
        TestStream.open(engine.channel())
            .send(register("orders/a").setSessionToken(first.getSessionToken()).addRoles("writer"));
    engine.turn();
    Registered resumed = again.registered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getRolesList()).containsExactly(role);
  }

  /**
   * Whoever shows the session token is the same holder, so its token tells no two of them apart.
   */
  @Test
  void aCloneOfAHolderIsThatHolder() {
    TestStream first = stands("orders/a", 0);
    String token = first.registered().getSessionToken();
    Role role = first.ack().getRoles(0);
    engine.takeChanges();
    TestStream clone = comesBack(token);
    assertThat(clone.registered().getRolesList()).containsExactly(role);
    first.fault().is(Code.ABORTED, "STREAM_REPLACED");
    TestStream again = comesBack(token);
    assertThat(again.registered().getRolesList()).containsExactly(role);
    clone.fault().is(Code.ABORTED, "STREAM_REPLACED");
    assertThat(engine.takeChanges())
        .extracting(Change::cause)
        .doesNotContain(Cause.ROLE_GRANTED, Cause.ROLE_LOST);
  }

  private TestStream comesBack(String token) {
    TestStream stream =
        TestStream.open(engine.channel())
            .send(register("orders/a").setSessionToken(token).addRoles("writer"));
    engine.turn();
    return stream;
  }

  @Test
  void aReleasePassesItOn() {
    TestStream a = stands("orders/a", 0);
    TestStream b = stands("orders/b", 0);
    a.registered();
    b.registered();
    Role role = a.ack().getRoles(0);
    a.send(heartbeat(1).addRoleTokensReleased(role.getToken() + 1));
    engine.turn();
    assertThat(a.ack().getRolesList()).containsExactly(role);
    b.quiet();
    a.send(heartbeat(2).addRoleTokensReleased(role.getToken()));
    a.ack();
    engine.turn();
    assertThat(a.ack().getRolesList()).isEmpty();
    Role next = b.ack().getRoles(0);
    assertThat(next.getToken()).isGreaterThan(role.getToken());
  }

  @Test
  void aHandOverWaitsForTheConfirmation() {
    TestStream a = stands("orders/a", 0);
    TestStream b = stands("billing/b", 3);
    a.registered();
    b.registered();
    Role role = a.ack().getRoles(0);
    assertThat(roles("*").get(0).getCandidatesList())
        .containsExactly(
            RoleCandidate.newBuilder()
                .setInstance(name("billing", "b"))
                .setWeight(3)
                .setEligible(true)
                .build());

    RoleSummary taken = handOver("writer", name("billing", "b")).get().getRole();
    assertThat(taken.hasHolder()).isFalse();
    assertThat(taken.getFormer()).isEqualTo(name("orders", "a"));
    assertThat(taken.getHandingOver()).isTrue();
    assertThat(taken.getSuccessor()).isEqualTo(name("billing", "b"));
    assertThat(taken.getReason()).isEqualTo("test");
    assertThat(taken.getToken()).isEqualTo(role.getToken());
    assertThat(a.ack().getRolesList()).isEmpty();
    b.quiet();

    a.send(heartbeat(1).addRolesReleased("writer"));
    a.ack();
    engine.turn();
    assertThat(b.ack().getRoles(0).getToken()).isGreaterThan(role.getToken());
    RoleSummary after = roles("writer").get(0);
    assertThat(after.getHolder()).isEqualTo(name("billing", "b"));
    assertThat(after.hasFormer()).isFalse();
    assertThat(after.getCandidatesList())
        .extracting(RoleCandidate::getInstance)
        .containsExactly(name("orders", "a"));
    assertThat(handOver("writer", name("billing", "b")).get().getRole().getHolder())
        .isEqualTo(name("billing", "b"));
  }

  @Test
  void whatCannotBeHandedOverIsSaid() {
    handOver("writer", null).fault().is(Code.NOT_FOUND, "UNKNOWN_ROLE").naming("writer");
    TestStream a = stands("orders/a", 0);
    handOver("writer", null).fault().is(Code.FAILED_PRECONDITION, "NOBODY_ELIGIBLE");
    handOver("writer", name("orders", "b"))
        .fault()
        .is(Code.FAILED_PRECONDITION, "NOBODY_ELIGIBLE")
        .naming("orders/b");
    stands("orders/b", 0);
    assertThat(handOver("writer", null).get().getRole().getHandingOver()).isTrue();
    handOver("writer", null).fault().is(Code.FAILED_PRECONDITION, "ROLE_NOT_HELD");
    handOver("bad name", null).fault().is(Code.INVALID_ARGUMENT, "BAD_NAME");
    assertThat(a.isOpen()).isTrue();
  }

  @Test
  void withoutAFenceOrAStreamNobodyStands() {
    TestStream.open(engine.channel())
        .send(register("orders/a", 1_000, 3_000, 0).addRoles("writer"))
        .fault()
        .is(Code.INVALID_ARGUMENT, "NO_FENCE")
        .naming("resume_window");
    TestStream.open(engine.channel())
        .send(register("orders/a").addRoles("writer").addRoles("writer"))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_NAME");
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(
            BeatRequest.newBuilder().setRegister(register("orders/a").addRoles("writer")).build(),
            reply);
    reply.fault().is(Code.INVALID_ARGUMENT, "NO_STREAM").naming("Heartbeat");
  }

  @Test
  void aBeatWithItsTokenCarriesItOn() {
    TestStream a = stands("orders/a", 0);
    Registered first = a.registered();
    Role role = a.ack().getRoles(0);
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(BeatRequest.newBuilder().setSessionToken(first.getSessionToken()).build(), reply);
    engine.turn();
    assertThat(reply.get().getAck().getRolesList()).containsExactly(role);
  }

  @Test
  void rolesAreListedByName() {
    for (String role : List.of("c", "a", "b", "other")) {
      TestStream.open(engine.channel()).send(register("orders/" + role).addRoles(role));
    }
    engine.turn();
    assertThat(roles("?")).extracting(RoleSummary::getName).containsExactly("a", "b", "c");
    List<String> names = new ArrayList<>();
    String next = "";
    do {
      ListRolesResponse page = page(next, 2);
      page.getRolesList().forEach(role -> names.add(role.getName()));
      next = page.getNextPageToken();
    } while (!next.isEmpty());
    assertThat(names).containsExactly("a", "b", "c", "other");
    Reply<ListRolesResponse> bad = new Reply<>();
    registry.listRoles(ListRolesRequest.newBuilder().addRoles("no/slash").build(), bad);
    bad.fault().is(Code.INVALID_ARGUMENT, "BAD_GLOB").naming("roles[0]");
  }

  private TestStream stands(String name, int weight) {
    TestStream stream =
        TestStream.open(engine.channel()).send(register(name).setWeight(weight).addRoles("writer"));
    engine.turn(); // it is registered, and then
    engine.turn(); // it is granted what it may have
    return stream;
  }

  private Change last() {
    List<Change> changes = engine.takeChanges();
    return changes.get(changes.size() - 1);
  }

  private List<RoleSummary> roles(String glob) {
    Reply<ListRolesResponse> reply = new Reply<>();
    registry.listRoles(ListRolesRequest.newBuilder().addRoles(glob).build(), reply);
    return reply.get().getRolesList();
  }

  private ListRolesResponse page(String token, int size) {
    Reply<ListRolesResponse> reply = new Reply<>();
    registry.listRoles(
        ListRolesRequest.newBuilder().setPageToken(token).setPageSize(size).build(), reply);
    return reply.get();
  }

  private Reply<HandOverRoleResponse> handOver(String role, @Nullable InstanceName to) {
    HandOverRoleRequest.Builder request =
        HandOverRoleRequest.newBuilder().setRole(role).setReason("test");
    if (to != null) {
      request.setTo(to);
    }
    Reply<HandOverRoleResponse> reply = new Reply<>();
    AdminServiceGrpc.newStub(engine.channel()).handOverRole(request.build(), reply);
    engine.turn();
    return reply;
  }

  private static InstanceName name(String service, String id) {
    return InstanceName.newBuilder().setService(service).setInstanceId(id).build();
  }
}
