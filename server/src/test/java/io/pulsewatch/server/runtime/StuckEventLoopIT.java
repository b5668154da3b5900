package io.pulsewatch.server.runtime;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.ledger.MemoryLedger;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.transport.Asking;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.server.transport.Leaves;
import io.pulsewatch.server.transport.RawConnection;
import io.pulsewatch.server.transport.Reply;
import io.pulsewatch.server.transport.StreamLimits;
import io.pulsewatch.server.transport.StreamLoop;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real event loops, one of which a call holds up: its streams are not judged, the others are. And
 * the passes that a verdict waits for are passes that read. With each way to ask the system for
 * sockets that this machine has.
 */
@Tag("alone")
@Tag("once")
@Timeout(120)
@ParameterizedClass
@EnumSource
final class StuckEventLoopIT {
  private static final long PATIENCE_MILLIS = 30_000;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final IoBackend backend;
  private final List<Change> changes = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile Hold hold = new Hold();
  private Engine engine;
  private int port;

  StuckEventLoopIT(IoBackend backend) {
    this.backend = backend;
  }

  /** One call that keeps its event loop until the gate opens. */
  private static final class Hold {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CompletableFuture<StreamLoop> loop = new CompletableFuture<>();
    private final Reply<GetServerStateResponse> reply = new Reply<>();

    StreamLoop loop() throws Exception {
      return loop.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Opens the gate, and waits until the call is over. */
    void end() throws InterruptedException {
      gate.countDown();
      assertThat(reply.within(PATIENCE_MILLIS).get()).isNotNull();
    }
  }

  /** A call of this runs on the event loop of its connection, and keeps it until the gate opens. */
  private final class Holding extends AdminServiceGrpc.AdminServiceImplBase {
    @Override
    public void getServerState(
        GetServerStateRequest request, StreamObserver<GetServerStateResponse> response) {
      calls.incrementAndGet();
      Hold mine = hold;
      mine.loop.complete(engine.loops().current());
      try {
        assertThat(mine.gate.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      response.onNext(GetServerStateResponse.getDefaultInstance());
      response.onCompleted();
    }
  }

  @BeforeEach
  void open() throws IOException {
    assumeThat(backend.isAvailable()).isTrue();
    engine =
        grpc.add(
            new Engine(
                backend,
                Settings.DEFAULT,
                new Engine.Sizes(2, 1_000, 1_000),
                Clocks.SYSTEM,
                new Engine.Keeping(
                    new MemoryLedger("lineage", System.currentTimeMillis() * 1_000), null),
                new CommittedOnly(changes::addAll),
                failure -> changes.clear()));
    HeartbeatEndpoint heartbeats =
        new HeartbeatEndpoint(
            engine.loops(),
            engine.mailroom(),
            engine.clock(),
            engine.door(),
            System::nanoTime,
            new Random(),
            "stuck",
            engine.judging(),
            new StreamLimits(1_000, 1_000, TimeUnit.SECONDS.toNanos(10)),
            Asking.OFF,
            Authenticator.OPEN,
            Leaves.toNobody(engine.mailroom(), engine.judging()));
    NettyServerBuilder builder =
        new GrpcSettings(100, 65_536, 8_192, 1_000, 30, 5)
            .builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(heartbeats)
            .addService(new Holding());
    engine.install(builder);
    Server server = grpc.add(builder.build().start());
    engine.start();
    port = server.getPort();
  }

  private ManagedChannel channel() {
    return grpc.add(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build());
  }

  private static TestStream registered(ManagedChannel channel, String name) {
    TestStream stream = TestStream.open(channel, PATIENCE_MILLIS);
    stream.send(register(name, 200, 600, 600));
    stream.registered();
    return stream;
  }

  private Hold hold(ManagedChannel channel) throws Exception {
    Hold next = new Hold();
    hold = next;
    AdminServiceGrpc.newStub(channel)
        .getServerState(GetServerStateRequest.getDefaultInstance(), next.reply);
    assertThat(next.loop()).isNotNull();
    return next;
  }

  private List<String> story(String name) {
    return changes.stream()
        .filter(change -> change.key().toString().equals(name))
        .map(change -> change.after().state() + " " + change.cause())
        .toList();
  }

  private StreamLoop loopOf(ManagedChannel channel) throws Exception {
    Hold held = hold(channel);
    held.end();
    return held.loop();
  }

  @Test
  void itsStreamsAreNotJudgedAndTheOthersAre() throws Exception {
    ManagedChannel stuck = channel();
    ManagedChannel free = channel();
    StreamLoop stuckLoop = loopOf(stuck);
    for (int i = 0; loopOf(free) == stuckLoop; i++) {
      assertThat(i).as("connections on one event loop").isLessThan(10);
      free = channel();
    }
    TestStream beating = registered(stuck, "orders/beating");
    TestStream elsewhere = registered(free, "orders/elsewhere");
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    grpc.add(timer::shutdownNow);
    AtomicInteger sequence = new AtomicInteger();
    ScheduledFuture<?> beats =
        timer.scheduleAtFixedRate(
            () -> {
              int next = sequence.incrementAndGet();
              beating.send(heartbeat(next));
              elsewhere.send(heartbeat(next));
            },
            0,
            50,
            TimeUnit.MILLISECONDS);
    Thread.sleep(300);
    TestStream silent = registered(free, "orders/silent");

    Hold held = hold(stuck);
    Thread.sleep(1_500);
    // Twice its timeout: nobody of the stuck loop is judged, and on the other one all goes on.
    assertThat(story("orders/beating")).containsExactly("ALIVE REGISTERED");
    assertThat(story("orders/elsewhere")).containsExactly("ALIVE REGISTERED");
    assertThat(story("orders/silent"))
        .containsExactly("ALIVE REGISTERED", "SUSPECT SILENCE", "DEAD SILENCE");
    assertThat(silent.ack().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_SUSPECT);
    held.end();
    Thread.sleep(1_000);

    assertThat(beats.isDone()).as("the sender broke").isFalse();
    assertThat(story("orders/beating")).containsExactly("ALIVE REGISTERED");
    assertThat(changes).filteredOn(c -> c.after().state() == State.DEAD).hasSize(1);
    assertThat(beating.isOpen()).isTrue();
  }

  /** Whoever is silent on a loop that was stuck is found all the same, its pause taken off. */
  @Test
  void itsPauseDelaysAVerdictByItsOwnLength() throws Exception {
    ManagedChannel stuck = channel();
    registered(stuck, "orders/silent");
    long begun = System.nanoTime();
    Hold held = hold(stuck);
    Thread.sleep(1_000);
    assertThat(story("orders/silent")).containsExactly("ALIVE REGISTERED");
    held.end();
    for (int i = 0; story("orders/silent").size() < 3; i++) {
      assertThat(i).isLessThan(300);
      Thread.sleep(100);
    }
    long tookMillis = (System.nanoTime() - begun) / 1_000_000;
    Change dead = changes.get(changes.size() - 1);
    assertThat(dead.after().state()).isEqualTo(State.DEAD);
    assertThat(tookMillis).isGreaterThan(1_500);
    assertThat(dead.evidence().silenceNanos()).isGreaterThanOrEqualTo(600_000_000L);
    assertThat(dead.evidence().serverPauseNanos()).isGreaterThan(800_000_000L);
  }

  /**
   * A ticket drawn while the loop is held within a pass is not done before what lay in the socket
   * at that time has been read.
   */
  @Test
  void aTicketIsDoneOnlyWhenTheSocketsHaveBeenRead() throws Exception {
    String path = "/" + AdminServiceGrpc.getGetServerStateMethod().getFullMethodName();
    try (RawConnection connection = new RawConnection(port)) {
      for (int i = 0; i < 200; i++) {
        Hold held = new Hold();
        hold = held;
        connection.call(path);
        Reader reader = held.loop().reader();
        int before = calls.get();
        connection.call(path);
        long ticket = reader.ticket();
        assertThat(reader.passed(ticket)).isFalse();
        held.gate.countDown();
        for (int spins = 0; !reader.passed(ticket); spins++) {
          assertThat(spins).isLessThan(100_000_000);
          reader.nudge();
          Thread.onSpinWait();
        }
        assertThat(calls.get()).as("round %d", i).isEqualTo(before + 1);
      }
    }
  }

  /** Nothing comes in, and the ticks alone would take 20 ms and more. */
  @Test
  void anIdleLoopPassesWhenItIsNudged() throws Exception {
    Reader reader = loopOf(channel()).reader();
    long fastestNanos = Long.MAX_VALUE;
    for (int i = 0; i < 100; i++) {
      long ticket = reader.ticket();
      long begun = System.nanoTime();
      reader.nudge();
      for (int waits = 0; !reader.passed(ticket); waits++) {
        assertThat(waits).isLessThan(30_000);
        Thread.sleep(1);
      }
      fastestNanos = Math.min(fastestNanos, System.nanoTime() - begun);
    }
    assertThat(fastestNanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(10));
  }
}
