package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.beat;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Drain;
import io.pulsewatch.v1.DrainServerRequest;
import io.pulsewatch.v1.DrainServerResponse;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.GoodbyeReason;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.Registered;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that asks everybody to leave. */
final class DrainContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  private static DrainServerRequest.Builder drain() {
    return DrainServerRequest.newBuilder().addPeers("b.example:5780").setSpread(seconds(1));
  }

  private Reply<DrainServerResponse> order(DrainServerRequest.Builder request) {
    Reply<DrainServerResponse> reply = new Reply<>();
    AdminServiceGrpc.newStub(engine.channel()).drainServer(request.build(), reply);
    return reply;
  }

  private GetServerStateResponse state() {
    Reply<GetServerStateResponse> reply = new Reply<>();
    AdminServiceGrpc.newStub(engine.channel())
        .getServerState(GetServerStateRequest.getDefaultInstance(), reply);
    return reply.get();
  }

  private Reply<BeatResponse> send(BeatRequest.Builder request) {
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel()).beat(request.build(), reply);
    engine.turn();
    return reply;
  }

  private TestStream registered(String name) {
    TestStream stream = TestStream.open(engine.channel()).send(register(name));
    engine.turn();
    return stream;
  }

  private List<TestStream> crowd(int size) {
    List<TestStream> streams = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      TestStream stream = registered("orders/" + i);
      stream.registered();
      streams.add(stream);
    }
    engine.takeChanges();
    return streams;
  }

  private static void assertGoodbye(TestStream stream, Duration reconnectAfter) {
    Goodbye goodbye = stream.next().getGoodbye();
    assertThat(goodbye.getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_DRAIN);
    assertThat(goodbye.getReconnectAfter()).isEqualTo(reconnectAfter);
    assertThat(goodbye.hasSpread()).as("its time is its part of it").isFalse();
    assertThat(goodbye.getPeersList()).containsExactly("b.example:5780");
    Fault fault = stream.fault().is(Code.UNAVAILABLE, "DRAINING").naming("b.example:5780");
    assertThat(fault.retryDelay()).isEqualTo(reconnectAfter);
    assertThat(fault.metadata()).containsEntry("peers", "b.example:5780");
  }

  @Test
  void goodbyesAreSpreadEvenly() {
    List<TestStream> streams = crowd(50);
    Drain begun = order(drain().setReconnectAfter(millis(300))).get().getDrain();
    assertThat(begun.getStreams()).isEqualTo(50);
    assertThat(begun.getSpread()).isEqualTo(seconds(1));
    for (int i = 1; i <= 10; i++) {
      engine.advanceMillis(100);
      long left = streams.stream().filter(TestStream::isOpen).count();
      assertThat(left).as("after %d ms", 100 * i).isBetween(49L - 5L * i, 51L - 5L * i);
      assertThat(state().getDrain().getStreams()).isEqualTo(left);
    }
    streams.forEach(stream -> assertGoodbye(stream, millis(300)));
    Drain done = state().getDrain();
    assertThat(done.getDone()).isTrue();
    assertThat(done.getStreams()).isZero();
    assertThat(done.getPeersList()).containsExactly("b.example:5780");
    assertThat(engine.takeChanges()).as("nobody is doubted for it").isEmpty();
  }

  @Test
  void withoutASpreadItIsByTheirNumber() {
    crowd(1);
    assertThat(order(DrainServerRequest.newBuilder()).get().getDrain().getSpread())
        .isEqualTo(seconds(1));
  }

  @Test
  void whoIsStillThereIsHeardAsEver() {
    List<TestStream> streams = crowd(2);
    order(drain());
    engine.advanceMillis(10);
    TestStream left = streams.get(0).isOpen() ? streams.get(0) : streams.get(1);
    left.send(heartbeat(1));
    assertThat(left.ack().hasExpiresIn()).isTrue();
  }

  @Test
  void whoComesIsToldWhereToGo() {
    order(drain());
    TestStream late = registered("orders/a");
    assertGoodbye(late, seconds(1));
    assertThat(engine.takeChanges()).isEmpty();
    assertThat(engine.streams()).isZero();
    TestStream silent = TestStream.open(engine.channel());
    engine.advance(ManualEngine.TURNED_AWAY).advanceMillis(200);
    silent.fault().is(Code.UNAVAILABLE, "DRAINING").withRetry();
  }

  /** Its connection was there before; what it says came after. */
  @Test
  void whoHasNotSaidWhoItIsMayNotStay() {
    TestStream early = TestStream.open(engine.channel());
    order(drain().setReconnectAfter(seconds(3)));
    early.send(register("orders/a"));
    engine.turn();
    assertGoodbye(early, seconds(3));
    TestStream mute = TestStream.open(engine.channel());
    assertThat(state().getDrain().getDone()).isTrue();
    mute.quiet();
  }

  @Test
  void nobodyIsDeadForItAndWhoComesBackAfterItGoesOn() {
    TestStream stream = registered("orders/a");
    Registered registered = stream.registered();
    Reply<BeatResponse> cron = send(beat().setRegister(register("cron/a")));
    cron.get();
    engine.takeChanges();
    order(drain().setSpread(seconds(0)));
    engine.advanceMillis(10);
    assertThat(stream.isOpen()).isFalse();
    for (int i = 0; i < 20; i++) {
      engine.advanceMillis(10_000);
      TestStream again =
          TestStream.open(engine.channel())
              .send(register("orders/a").setSessionToken(registered.getSessionToken()));
      engine.turn();
      assertGoodbye(again, seconds(1));
    }
    engine.advance(java.time.Duration.ofMinutes(10));
    assertThat(engine.takeChanges())
        .extracting(change -> change.after().state())
        .as("not heard, and not dead")
        .containsOnly(State.SUSPECT)
        .hasSize(2);

    assertThat(order(DrainServerRequest.newBuilder().setCancel(true)).get().hasDrain()).isFalse();
    assertThat(state().hasDrain()).isFalse();
    engine.advanceMillis(5_000);
    assertThat(engine.takeChanges()).isEmpty();
    TestStream back =
        TestStream.open(engine.channel())
            .send(register("orders/a").setSessionToken(registered.getSessionToken()));
    engine.turn();
    assertThat(back.registered().getResumed()).isTrue();
    assertThat(engine.takeChange().after().state()).isEqualTo(State.ALIVE);
    engine.advanceMillis(1_100);
    back.send(heartbeat(9));
    Change dead = engine.takeChange();
    assertThat(dead.key().service()).as("that never came back").isEqualTo("cron");
    assertThat(dead.after().state()).isEqualTo(State.DEAD);
  }

  @Test
  void beatsAreRefusedButForGoodbyes() {
    String token =
        send(beat().setRegister(register("cron/a"))).get().getRegistered().getSessionToken();
    engine.takeChanges();
    order(drain());
    Fault fault =
        send(beat().setRegister(register("cron/a"))).fault().is(Code.UNAVAILABLE, "DRAINING");
    assertThat(fault.retryDelay()).isEqualTo(seconds(1));
    assertThat(fault.metadata()).containsEntry("peers", "b.example:5780");
    send(beat().setSessionToken(token)).fault().is(Code.UNAVAILABLE, "DRAINING");
    send(beat().setSessionToken(token).setLeave(Leave.newBuilder().setReason("done"))).get();
    assertThat(engine.takeChange().after().state()).isEqualTo(State.LEFT);
  }

  @Test
  void aSecondOrderIsForThoseWhoAreLeft() {
    List<TestStream> streams = crowd(20);
    order(drain().setSpread(seconds(15)));
    engine.advanceMillis(3_000);
    assertThat(streams).filteredOn(TestStream::isOpen).hasSizeBetween(15, 17);
    order(drain().setSpread(millis(100)));
    engine.advanceMillis(100);
    assertThat(streams).filteredOn(TestStream::isOpen).isEmpty();
  }

  @Test
  void aCancelLetsTheRestStay() {
    List<TestStream> streams = crowd(20);
    order(drain());
    engine.advanceMillis(500);
    order(DrainServerRequest.newBuilder().setCancel(true));
    long left = streams.stream().filter(TestStream::isOpen).count();
    assertThat(left).isBetween(9L, 11L);
    engine.advanceMillis(2_000);
    assertThat(streams).filteredOn(TestStream::isOpen).hasSize((int) left);
    registered("orders/new").registered();
    assertThat(order(DrainServerRequest.newBuilder().setCancel(true)).get().hasDrain())
        .as("once more")
        .isFalse();
  }

  static Stream<DrainServerRequest.Builder> malformed() {
    DrainServerRequest.Builder tooMany = DrainServerRequest.newBuilder();
    for (int i = 0; i <= DrainChecks.MAX_PEERS; i++) {
      tooMany.addPeers("b:" + (i + 1));
    }
    return Stream.of(
        DrainServerRequest.newBuilder().setReconnectAfter(nanos(600, 1)),
        DrainServerRequest.newBuilder().setReconnectAfter(nanos(0, -1)),
        DrainServerRequest.newBuilder().setSpread(nanos(3_600, 1)),
        DrainServerRequest.newBuilder().setSpread(nanos(Long.MIN_VALUE, 0)),
        DrainServerRequest.newBuilder().addPeers("b"),
        DrainServerRequest.newBuilder().addPeers("b:0"),
        DrainServerRequest.newBuilder().addPeers("b:65536"),
        DrainServerRequest.newBuilder().addPeers("a b:1"),
        DrainServerRequest.newBuilder().addPeers("::1:5780"),
        tooMany);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsMalformedIsRefused(DrainServerRequest.Builder request) {
    assertThat(order(request).fault().code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(state().hasDrain()).isFalse();
  }

  @Test
  void theEndsOfTheRangesAreTaken() {
    order(
            DrainServerRequest.newBuilder()
                .setReconnectAfter(seconds(600))
                .setSpread(seconds(3_600))
                .addPeers("[::1]:65535")
                .addPeers("127.0.0.1:1"))
        .get();
    assertThat(state().getDrain().getReconnectAfter()).isEqualTo(seconds(600));
  }

  /** What a stop hands to the next start: all that was named, twice, as its random part may be. */
  @Test
  void theWaitThatWasNamedOutlivesTheOrder() {
    assertThat(engine.awayNanos()).isZero();
    order(drain().setReconnectAfter(seconds(600))).get();
    engine.advanceMillis(10_000);
    assertThat(engine.awayNanos()).as("somebody comes now").isEqualTo(1_200_000_000_000L);
    order(DrainServerRequest.newBuilder().setCancel(true)).get();
    engine.advanceMillis(20_000);
    assertThat(engine.awayNanos()).isEqualTo(1_180_000_000_000L);
    order(drain()).get();
    assertThat(engine.awayNanos()).as("a shorter order").isEqualTo(1_180_000_000_000L);
    engine.advance(java.time.Duration.ofMinutes(20));
    assertThat(engine.awayNanos()).isEqualTo(2_000_000_000L);
  }

  /** All connections died without a word, and all come anew while the old ones look open. */
  @Test
  void asManyAsMayBeHereMaySayWhoTheyAre() {
    int most = ManualEngine.MAX_TURNED_AWAY + 1;
    ManualEngine wide =
        new ManualEngine(grpc, io.pulsewatch.server.liveness.Settings.DEFAULT, most, most);
    AdminServiceGrpc.newBlockingStub(wide.channel()).drainServer(drain().build());
    List<TestStream> mute = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      mute.add(TestStream.open(wide.channel()));
    }
    assertThat(mute).allMatch(TestStream::isOpen);
    TestStream.open(wide.channel()).fault().is(Code.UNAVAILABLE, "DRAINING").withRetry();
  }

  @Test
  void whatIsMalformedAtTheDoorIsToldThatAndNotToGo() {
    order(drain());
    assertThat(registered("bad name/").fault().code()).isEqualTo(Code.INVALID_ARGUMENT);
  }
}
