package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.RawConnection;
import io.pulsewatch.server.transport.Reply;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever goes beyond a limit of the transport is answered, and disturbs nobody. */
@Timeout(120)
final class LimitsIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private static TestStream beating(ManagedChannel channel, String name) {
    TestStream stream = TestStream.open(channel, PATIENCE_MILLIS);
    stream.send(register(name, 10_000, 60_000, 60_000));
    stream.registered();
    return stream;
  }

  private static void stillBeats(TestStream stream, int sequence) {
    stream.send(heartbeat(sequence));
    assertThat(stream.ack().getSequence()).isEqualTo(sequence);
  }

  @Test
  void aMessageThatIsTooLargeEndsItsStreamOnly() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(Sockets.channel(grpc, server.port()));
    TestStream neighbour = beating(channel, "orders/neighbour");
    TestStream stream = TestStream.open(channel, PATIENCE_MILLIS);
    stream.send(register("orders/a", 10_000, 60_000, 60_000));
    Registered first = stream.registered();
    stream.send(heartbeat(1).setNote("n".repeat(64 * 1024)));

    // gRPC's own answer: once it has sent headers, it resets instead of telling why.
    assertThat(stream.fault().code()).isIn(Code.RESOURCE_EXHAUSTED, Code.CANCELLED);
    watch.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    watch.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST);
    TestStream next = TestStream.open(channel, PATIENCE_MILLIS);
    next.send(register("orders/a").setSessionToken(first.getSessionToken()));
    assertThat(next.registered().getIncarnation()).isEqualTo(first.getIncarnation());
    stillBeats(neighbour, 1);

    Reply<BeatResponse> beat = new Reply<>();
    HeartbeatServiceGrpc.newStub(channel)
        .beat(
            BeatRequest.newBuilder()
                .setRegister(register("orders/b").setZone("z".repeat(64 * 1024)))
                .build(),
            beat);
    assertThat(beat.within(PATIENCE_MILLIS).fault().code())
        .isIn(Code.RESOURCE_EXHAUSTED, Code.CANCELLED);
    Measured.say("a message of 64 KiB and more: %s; %s", stream.fault(), beat.fault());
    stillBeats(neighbour, 2);
    assertThat(watch.story("orders/neighbour")).containsExactly("ALIVE REGISTERED");
  }

  @Test
  void headersThatAreTooLargeEndTheirCallOnly() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    TestStream neighbour = beating(channel, "orders/neighbour");
    Metadata giant = new Metadata();
    giant.put(Metadata.Key.of("giant", Metadata.ASCII_STRING_MARSHALLER), "g".repeat(9 * 1024));
    Reply<BeatResponse> beat = new Reply<>();
    HeartbeatServiceGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(giant))
        .beat(BeatRequest.newBuilder().setRegister(register("orders/b")).build(), beat);

    Fault fault = beat.within(PATIENCE_MILLIS).fault();
    Measured.say("headers of 9 KiB: %s", fault);
    assertThat(fault.code()).isNotEqualTo(Code.OK);
    stillBeats(neighbour, 1);
    // A client that heeds no limit: its call is refused, and its connection serves on.
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.call(
          "/" + HeartbeatServiceGrpc.getBeatMethod().getFullMethodName(),
          Map.of("giant", "g".repeat(9 * 1024)));
      connection.ping();
      RawConnection.Seen seen = connection.read(1);
      Measured.say("headers of 9 KiB by hand: %s", seen);
      assertThat(seen.pingAcks() + seen.goAway().length()).isPositive();
    }
    stillBeats(neighbour, 2);
    assertThat(Sockets.state(channel).getInstances()).isEqualTo(1);
  }

  @Test
  void callsOfOneConnectionAreLimited() throws Exception {
    PulsewatchServer server = Sockets.server(grpc, limits(10, 5));
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    ManagedChannel other = Sockets.channel(grpc, server.port());
    List<TestStream> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      streams.add(beating(channel, "orders/" + i));
    }
    TestStream eleventh = TestStream.open(channel, PATIENCE_MILLIS);
    eleventh.send(register("orders/11"));
    TestStream elsewhere = beating(other, "orders/elsewhere");
    assertThat(eleventh.poll()).isNull();
    assertThat(Sockets.state(other).getStreams()).isEqualTo(11);
    stillBeats(streams.get(3), 1);
    stillBeats(elsewhere, 1);

    streams.get(0).leave("");
    streams.get(0).completed();
    // A gRPC client flushes a call that waited for room with whatever it writes next.
    stillBeats(streams.get(3), 2);
    assertThat(eleventh.registered().getIncarnation()).isPositive();
  }

  /** Pings as often as permitted do no harm; more often, and the connection is told why it ends. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pingsAreLimited(boolean permitted) throws Exception {
    PulsewatchServer server = Sockets.server(grpc, limits(100, 1));
    try (RawConnection connection = new RawConnection(server.port())) {
      for (int i = 0; i < 5; i++) {
        Thread.sleep(permitted ? 1_050 : 1);
        try {
          connection.ping();
        } catch (IOException e) {
          break; // sent away already
        }
      }
      RawConnection.Seen seen = connection.read(5);
      assertThat(seen.goAway().contains("too_many_pings"))
          .as(seen.toString())
          .isEqualTo(!permitted);
      assertThat(seen.pingAcks() == 5).isEqualTo(permitted);
    }
  }

  /** A connection that opens and resets for nothing is sent away; as many as permitted are not. */
  @ParameterizedTest
  @ValueSource(ints = {50, 51})
  void resetsAreLimited(int resets) throws Exception {
    PulsewatchServer server = Sockets.server(grpc, limits(100, 5, 50));
    WatchLog watch = WatchLog.open(Sockets.channel(grpc, server.port()));
    TestStream neighbour = beating(Sockets.channel(grpc, server.port()), "orders/neighbour");
    watch.next("orders/neighbour", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    try (RawConnection connection = new RawConnection(server.port())) {
      String path = "/" + HeartbeatServiceGrpc.getHeartbeatMethod().getFullMethodName();
      for (int i = 0; i < resets; i++) {
        connection.callAndReset(path);
      }
      connection.ping();
      RawConnection.Seen seen = connection.read(1);
      assertThat(seen.pingAcks() == 1).as(seen.toString()).isEqualTo(resets == 50);
      assertThat(seen.goAway().isEmpty()).as(seen.toString()).isEqualTo(resets == 50);
      Measured.say("%d resets of 50 permitted: %s", resets, seen);
    }
    stillBeats(neighbour, 1);
    assertThat(watch.isOpen()).isTrue();
    assertThat(watch.story("orders/neighbour")).containsExactly("ALIVE REGISTERED");
    awaitStreams(Sockets.channel(grpc, server.port()), 1);
  }

  /** Streams of a connection that was sent away end a moment after it. */
  private static void awaitStreams(ManagedChannel channel, long count) throws InterruptedException {
    long began = System.nanoTime();
    while (Sockets.state(channel).getStreams() != count
        && System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
      Thread.sleep(10);
    }
    assertThat(Sockets.state(channel).getStreams()).isEqualTo(count);
  }

  /**
   * Two watchers that read nothing: one whose gRPC asks for no message, one whose socket is not
   * read. A third one sees every change in order, and every heartbeat is acked.
   */
  @Test
  void aWatcherThatDoesNotReadDisturbsNobody() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    FaultProxy proxy = grpc.add(new FaultProxy(server.port()));
    ManagedChannel direct = Sockets.channel(grpc, server.port());
    WatchLog fast = WatchLog.open(Sockets.channel(grpc, server.port()));
    SlowWatcher unread = SlowWatcher.open(Sockets.channel(grpc, server.port()));
    SlowWatcher stalled = SlowWatcher.open(Sockets.channel(grpc, proxy.port()));
    stalled.readAll();
    stalled.awaitSnapshot();
    proxy.set(FaultProxy.Mode.STALL);
    List<TestStream> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      TestStream stream = TestStream.open(direct, PATIENCE_MILLIS);
      stream.send(bulky("orders/" + i));
      streams.add(stream);
    }
    streams.forEach(TestStream::registered);
    long started = System.nanoTime();
    int rounds = 40;
    for (int round = 1; round <= rounds; round++) {
      Status status = round % 2 == 0 ? Status.STATUS_SERVING : Status.STATUS_DEGRADED;
      for (TestStream stream : streams) {
        stream.send(heartbeat(round, status));
      }
      for (TestStream stream : streams) {
        assertThat(stream.ack().getStatus()).isEqualTo(status);
      }
    }
    int expected = streams.size() * (rounds + 1);
    long last = 0;
    for (int i = 0; i < expected; i++) {
      Change change = fast.next(any -> true);
      assertThat(change.getRevision()).isGreaterThan(last);
      last = change.getRevision();
    }
    Measured.say(
        "%d changes of %d bytes past two watchers that do not read: %d ms",
        expected,
        fast.changes().get(0).getSerializedSize(),
        (System.nanoTime() - started) / 1_000_000);
    assertThat(fast.changes()).hasSize(expected);

    // Once they read, they end where everybody is, with what they missed folded.
    proxy.set(FaultProxy.Mode.FORWARD);
    unread.readAll();
    for (SlowWatcher slow : List.of(unread, stalled)) {
      slow.awaitRevision(last);
      assertThat(slow.revisions).hasSize(50);
      assertThat(slow.folded).isPositive();
      Measured.say("a watcher that had not read: %d changes folded", slow.folded);
    }
  }

  private static Register.Builder bulky(String name) {
    Register.Builder register = register(name, 10_000, 60_000, 60_000);
    for (int i = 0; i < 20; i++) {
      register.putLabels("label" + i, "v".repeat(200));
    }
    return register;
  }

  /** A watch with LATEST that reads when it is told to. */
  private static final class SlowWatcher
      implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final BlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private @Nullable ClientCallStreamObserver<WatchRequest> requests;
    private long folded;

    private static SlowWatcher open(ManagedChannel channel) {
      SlowWatcher watcher = new SlowWatcher();
      WatchServiceGrpc.newStub(channel).watch(WatchRequest.getDefaultInstance(), watcher);
      return watcher;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> requestStream) {
      requests = requestStream;
      requestStream.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(WatchResponse response) {
      received.add(response);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}

    void readAll() {
      requireNonNull(requests).request(Integer.MAX_VALUE);
    }

    void awaitSnapshot() throws InterruptedException {
      while (!take().hasSnapshotEnd()) {
        // it comes
      }
    }

    void awaitRevision(long last) throws InterruptedException {
      long newest = 0;
      while (newest < last) {
        WatchResponse response = take();
        folded += response.getChanges().getFolded();
        for (Change change : response.getChanges().getChangesList()) {
          Long before = revisions.put(WatchLog.name(change), change.getRevision());
          assertThat(before == null || before < change.getRevision()).isTrue();
          newest = Math.max(newest, change.getRevision());
        }
      }
    }

    private WatchResponse take() throws InterruptedException {
      WatchResponse response = received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (response == null) {
        throw new AssertionError("nothing more came");
      }
      return response;
    }
  }

  private static Limits limits(int maxCallsPerConnection, int permitPingSeconds) {
    return limits(
        maxCallsPerConnection, permitPingSeconds, Limits.DEFAULT.of(Limit.MAX_RESETS_PER_WINDOW));
  }

  private static Limits limits(
      int maxCallsPerConnection, int permitPingSeconds, int maxResetsPerWindow) {
    return Limits.DEFAULT.with(
        Map.of(
            "max_calls_per_connection", maxCallsPerConnection,
            "permit_ping_seconds", permitPingSeconds,
            "max_resets_per_window", maxResetsPerWindow));
  }
}
