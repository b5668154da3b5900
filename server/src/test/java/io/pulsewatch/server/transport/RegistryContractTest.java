package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetInstanceResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.ListServicesResponse;
import io.pulsewatch.v1.ServiceSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the Registry RPCs promise on the wire. */
final class RegistryContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final WatchRig rig = new WatchRig(grpc, new WatchLimits(10, 6));
  private final World world = rig.world;

  @Test
  void oneInstance() {
    world.register("orders/a:1@x", "env=prod");
    Instance instance = get("orders", "a:1@x").get().getInstance();
    assertThat(instance.getRevision()).isEqualTo(world.revision());
    assertThat(instance.getServing()).isTrue();
    get("orders", "b").fault().is(Code.NOT_FOUND, "UNKNOWN_INSTANCE").naming("orders/b");
    get("", "b").fault().is(Code.INVALID_ARGUMENT, "BAD_NAME").naming("service");
    get("orders", "a/b").fault().is(Code.INVALID_ARGUMENT, "BAD_NAME").naming("instance_id");
    world.go("orders/a:1@x", State.LEFT).remove("orders/a:1@x");
    get("orders", "a:1@x").fault().is(Code.NOT_FOUND, "UNKNOWN_INSTANCE");
  }

  @Test
  void servicesWithCounts() {
    world.register("b/1").register("b/2").register("b/3").go("b/3", State.DEAD).register("a/1");
    ListServicesResponse first = services(ListServicesRequest.newBuilder().setPageSize(1));
    assertThat(first.getRevision()).isEqualTo(world.revision());
    assertThat(first.getServicesList())
        .containsExactly(
            ServiceSummary.newBuilder()
                .setService("a")
                .setServing(1)
                .putCounts("ALIVE", 1)
                .build());
    ListServicesResponse second =
        services(
            ListServicesRequest.newBuilder().setPageSize(1).setPageToken(first.getNextPageToken()));
    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(second.getServices(0).getServing()).isEqualTo(2);
    assertThat(second.getServices(0).getCountsMap()).isEqualTo(Map.of("ALIVE", 2L, "DEAD", 1L));
    assertThat(services(ListServicesRequest.newBuilder().addServices("b*")).getServicesCount())
        .isEqualTo(1);
  }

  @Test
  void instancesInPages() {
    world.register("a/1").register("a/2", "env=prod").register("b/1").go("b/1", State.DEAD);
    assertThat(ids(ListInstancesRequest.newBuilder().setPageSize(2)))
        .containsExactly("a/1 a/2", "b/1");
    assertThat(ids(ListInstancesRequest.newBuilder())).containsExactly("a/1 a/2 b/1");
    assertThat(ids(ListInstancesRequest.newBuilder().setLabelSelector("env=prod")))
        .containsExactly("a/2");
    assertThat(ids(ListInstancesRequest.newBuilder().addStates(io.pulsewatch.v1.State.STATE_DEAD)))
        .containsExactly("b/1");
    assertThat(ids(ListInstancesRequest.newBuilder().addServices("nobody"))).containsExactly("");
  }

  @Test
  void pageSizes() {
    for (int i = 0; i < 1_001; i++) {
      world.register("a/" + i);
    }
    assertThat(instances(ListInstancesRequest.newBuilder()).get().getInstancesCount())
        .isEqualTo(100);
    assertThat(
            instances(ListInstancesRequest.newBuilder().setPageSize(5_000))
                .get()
                .getInstancesCount())
        .isEqualTo(1_000);
    assertThat(
            instances(ListInstancesRequest.newBuilder().setPageSize(-1)).get().getInstancesCount())
        .as("uint32")
        .isEqualTo(1_000);
  }

  @Test
  void aPageBelongsToItsList() {
    world.register("a/1").register("b/1");
    ListInstancesResponse page = instances(ListInstancesRequest.newBuilder().setPageSize(1)).get();
    String token = page.getNextPageToken();
    badToken(ListInstancesRequest.newBuilder().addServices("a").setPageToken(token));
    badToken(ListInstancesRequest.newBuilder().setPageToken("nonsense"));
    badToken(ListInstancesRequest.newBuilder().setPageToken(token.substring(1)));
    Reply<ListServicesResponse> other = new Reply<>();
    rig.registry()
        .listServices(ListServicesRequest.newBuilder().setPageToken(token).build(), other);
    other.fault().is(Code.INVALID_ARGUMENT, "BAD_TOKEN").naming("page_token");
  }

  @Test
  void changes() {
    world.register("a/1").register("b/1").go("a/1", State.SUSPECT).go("b/1", State.DEAD);
    ListChangesResponse all = changes(ListChangesRequest.newBuilder()).get();
    assertThat(all.getRevision()).isEqualTo(world.revision());
    assertThat(all.getNextPageToken()).isEmpty();
    assertThat(all.getChangesList().stream().map(Change::getRevision))
        .containsExactly(1_001L, 1_002L, 1_003L, 1_004L);
    assertThat(changes(ListChangesRequest.newBuilder().addServices("a")).get().getChangesList())
        .extracting(Change::getCause)
        .containsExactly(Cause.CAUSE_REGISTERED, Cause.CAUSE_STREAM_LOST);
    assertThat(
            changes(ListChangesRequest.newBuilder().setInstanceId("1").setSinceRevision(1_002))
                .get()
                .getChangesList())
        .extracting(Change::getRevision)
        .containsExactly(1_003L, 1_004L);
    changes(ListChangesRequest.newBuilder().setInstanceId("a/b"))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_NAME");
  }

  @Test
  void changesInPagesAndPastTheRing() {
    for (int i = 0; i < 6; i++) {
      world.register("a/" + i);
    }
    ListChangesRequest.Builder request = ListChangesRequest.newBuilder().setPageSize(2);
    ListChangesResponse first = changes(request).get();
    ListChangesResponse second = changes(request.setPageToken(first.getNextPageToken())).get();
    assertThat(second.getChanges(0).getRevision()).isEqualTo(1_003);
    world.register("a/6").register("a/7").register("a/8").register("a/9").register("a/10");
    changes(request.setPageToken(second.getNextPageToken()))
        .fault()
        .is(Code.OUT_OF_RANGE, "COMPACTED")
        .naming("1004", "since_revision 0");
    changes(ListChangesRequest.newBuilder().setSinceRevision(1_004))
        .fault()
        .is(Code.OUT_OF_RANGE, "COMPACTED");
    assertThat(changes(ListChangesRequest.newBuilder().setSinceRevision(1_005)).get())
        .extracting(ListChangesResponse::getChangesCount)
        .isEqualTo(6);
    assertThat(changes(ListChangesRequest.newBuilder()).get().getChangesCount()).isEqualTo(6);
  }

  @Test
  void explain() {
    world.register("a/1").register("a/2").go("a/1", State.SUSPECT).go("a/1", State.DEAD);
    Reply<ExplainInstanceResponse> reply = explain("a", "1");
    assertThat(reply.waits()).as("until the fan-out thread answers").isTrue();
    rig.turn();
    ExplainInstanceResponse answer = reply.get();
    assertThat(answer.getInstance().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_DEAD);
    assertThat(answer.getChangesList())
        .extracting(Change::getCause)
        .containsExactly(Cause.CAUSE_REGISTERED, Cause.CAUSE_STREAM_LOST, Cause.CAUSE_SILENCE);
    assertThat(answer.getLatenessAbsent()).as("it never beat").isNotEmpty();
    Reply<ExplainInstanceResponse> unknown = explain("a", "3");
    rig.turn();
    unknown.fault().is(Code.NOT_FOUND, "UNKNOWN_INSTANCE").naming("a/3");
  }

  @Test
  void whoIsGoneBeforeTheAnswerBreaksNothing() {
    world.register("a/1");
    for (boolean known : new boolean[] {true, false}) {
      Context.CancellableContext call = Context.current().withCancellation();
      call.run(() -> explain("a", known ? "1" : "2"));
      call.cancel(null);
      rig.turn();
    }
    Reply<ExplainInstanceResponse> next = explain("a", "1");
    rig.turn();
    assertThat(next.get().getChangesCount()).isEqualTo(1);
  }

  private Reply<ExplainInstanceResponse> explain(String service, String id) {
    Reply<ExplainInstanceResponse> reply = new Reply<>();
    rig.registry()
        .explainInstance(
            ExplainInstanceRequest.newBuilder().setService(service).setInstanceId(id).build(),
            reply);
    return reply;
  }

  private Reply<GetInstanceResponse> get(String service, String id) {
    Reply<GetInstanceResponse> reply = new Reply<>();
    rig.registry()
        .getInstance(
            GetInstanceRequest.newBuilder().setService(service).setInstanceId(id).build(), reply);
    return reply;
  }

  private ListServicesResponse services(ListServicesRequest.Builder request) {
    Reply<ListServicesResponse> reply = new Reply<>();
    rig.registry().listServices(request.build(), reply);
    return reply.get();
  }

  private Reply<ListInstancesResponse> instances(ListInstancesRequest.Builder request) {
    Reply<ListInstancesResponse> reply = new Reply<>();
    rig.registry().listInstances(request.build(), reply);
    return reply;
  }

  private void badToken(ListInstancesRequest.Builder request) {
    instances(request).fault().is(Code.INVALID_ARGUMENT, "BAD_TOKEN").naming("page_token");
  }

  private Reply<ListChangesResponse> changes(ListChangesRequest.Builder request) {
    Reply<ListChangesResponse> reply = new Reply<>();
    rig.registry().listChanges(request.build(), reply);
    rig.turn();
    return reply;
  }

  /** All pages, each as one line. */
  private List<String> ids(ListInstancesRequest.Builder request) {
    List<String> pages = new ArrayList<>();
    do {
      ListInstancesResponse page = instances(request).get();
      assertThat(page.getRevision()).isEqualTo(world.revision());
      pages.add(
          String.join(
              " ",
              page.getInstancesList().stream()
                  .map(instance -> instance.getService() + "/" + instance.getInstanceId())
                  .toList()));
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return pages;
  }
}
