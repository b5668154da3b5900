package io.pulsewatch.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.watch.WatchLimits;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches as server-sent events. */
final class EventsTest {
  private static final Pattern ID = Pattern.compile("id: (\\S+)\n");

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  @Test
  void eachMessageIsAnEventWithItsToken() {
    SiteRig rig = new SiteRig(grpc, WatchLimits.DEFAULT);
    rig.world.register("orders/a").register("billing/a");
    Reader reader = rig.get("/v1/watch?service=orders");
    rig.turn();
    String start = reader.take();
    assertThat(start)
        .startsWith("retry: 1000\n\nevent: snapshot_begin\ndata: {")
        .contains("\n\nevent: instances\ndata: {\"instances\":{\"instances\":[{")
        .contains("event: snapshot_end\ndata: {")
        .endsWith("}\n\n");
    assertThat(start.lines().filter(line -> line.startsWith("id: "))).hasSize(1);

    rig.world.go("orders/a", State.SUSPECT).go("billing/a", State.SUSPECT);
    String change = reader.take();
    assertThat(change).startsWith("id: ").contains("\nevent: changes\n", "STATE_SUSPECT");
    assertThat(change).doesNotContain("billing");
  }

  @Test
  void goesOnFromTheLastEvent() {
    SiteRig rig = new SiteRig(grpc, WatchLimits.DEFAULT);
    rig.world.register("orders/a");
    Reader reader = rig.get("/v1/watch");
    String old = lastId(rig.turn(), reader);
    rig.world.go("orders/a", State.SUSPECT);
    String newer = lastId(rig, reader);
    reader.goAway();
    rig.turn();
    rig.world.go("orders/a", State.DEAD);
    assertThat(reader.take()).isEmpty();

    // What the browser saw last goes before what the address carries.
    Reader again = rig.get("/v1/watch?resume_token=" + old, "last-event-id", newer);
    rig.turn();
    assertThat(again.take())
        .contains("event: bookmark\n", "STATE_DEAD")
        .doesNotContain("snapshot_begin", "CAUSE_STREAM_LOST\"");
  }

  @Test
  void aSlowReaderIsFoldedForAndNothingIsKept() {
    SiteRig rig = new SiteRig(grpc, WatchLimits.DEFAULT);
    rig.world.register("orders/a");
    Reader slow = rig.get("/v1/watch");
    Reader fast = rig.get("/v1/watch");
    rig.turn();
    slow.take();
    fast.take();
    slow.ready = false;
    for (int i = 0; i < 500; i++) {
      rig.world.go("orders/a", State.SUSPECT);
      rig.turn();
      rig.world.go("orders/a", State.ALIVE);
      rig.turn();
    }
    assertThat(slow.unread).as("one message is on its way").isEqualTo(1);
    assertThat(fast.take().split("event: changes", -1)).hasSize(1_001);

    slow.resume();
    rig.turn();
    assertThat(slow.take()).contains("\"folded\":\"998\"", "\"state\":\"STATE_ALIVE\"");
  }

  @Test
  void everyChangeMeansASnapshotForWhoFallsTooFarBehind() {
    SiteRig rig = new SiteRig(grpc, new WatchLimits(10, 100));
    rig.world.register("orders/a");
    Reader slow = rig.get("/v1/watch?delivery=every_change");
    rig.turn();
    slow.take();
    slow.ready = false;
    rig.world.go("orders/a", State.SUSPECT);
    for (int i = 0; i < 100; i++) {
      rig.world.go("orders/a", State.SUSPECT).go("orders/a", State.ALIVE);
    }
    slow.resume();
    rig.turn();
    assertThat(slow.take()).contains("SNAPSHOT_REASON_OVERFLOW", "\"skipped\":\"200\"");
  }

  @Test
  void whatCannotBeginIsRefusedWithItsStatus() {
    SiteRig rig = new SiteRig(grpc, new WatchLimits(1, 100));
    rig.get("/v1/watch");
    WebAnswer tooMany = rig.answer("/v1/watch");
    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.headers()).containsEntry("retry-after", "1");
    assertThat(tooMany.text()).contains("LIMIT_WATCHERS");
  }

  @Test
  void whoGoesAwayFreesItsPlace() {
    SiteRig rig = new SiteRig(grpc, new WatchLimits(1, 100));
    Reader first = rig.get("/v1/watch");
    rig.turn();
    first.goAway();
    Reader second = rig.get("/v1/watch");
    rig.turn();
    assertThat(second.take()).contains("snapshot_begin");
    assertThat(rig.released).isEqualTo(1);
  }

  @Test
  void endsWithItsCredentials() {
    SiteRig rig = new SiteRig(grpc, WatchLimits.DEFAULT);
    rig.guarded = true;
    Reader reader = rig.get("/v1/watch", "authorization", "Bearer watch");
    rig.turn();
    reader.take();
    rig.eyes
        .get(0)
        .accept(new Access.Denied(Access.Reason.TOKEN_EXPIRED, "Its time is up. Get another."));
    rig.turn();
    assertThat(reader.take())
        .isEqualTo(
            "event: error\ndata: {\"code\":\"UNAUTHENTICATED\",\"reason\":\"TOKEN_EXPIRED\","
                + "\"message\":\"Its time is up. Get another.\"}\n\n");
    assertThat(reader.ended).isTrue();
    assertThat(rig.world.hub.watchers()).isZero();
  }

  private static String lastId(SiteRig rig, Reader reader) {
    rig.turn();
    Matcher ids = ID.matcher(reader.take());
    String last = "";
    while (ids.find()) {
      last = ids.group(1);
    }
    return last;
  }
}
