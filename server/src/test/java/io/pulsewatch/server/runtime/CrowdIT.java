package io.pulsewatch.server.runtime;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.pulsewatch.server.ledger.MemoryLedger;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.transport.Asking;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.server.transport.Leaves;
import io.pulsewatch.server.transport.Mailroom;
import io.pulsewatch.server.transport.RawConnection;
import io.pulsewatch.server.transport.StreamLimits;
import io.pulsewatch.server.transport.StreamLoop;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A crowd registers on one connection, and somebody beats on another one of the same event loop.
 * All answers to the crowd wait for that event loop, and the heartbeat lies in its socket, before
 * it does any of it, so what is shown is an order, and no speed.
 */
@Timeout(60)
@ParameterizedClass
@EnumSource
final class CrowdIT {
  private static final String PATH =
      "/" + HeartbeatServiceGrpc.getHeartbeatMethod().getFullMethodName();
  private static final int CROWD = 600;
  private static final int PATIENCE_SECONDS = 20;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final IoBackend backend;

  /** Registers of the crowd that the liveness loop has not been shown. */
  private final List<Command> kept = new CopyOnWriteArrayList<>();

  /** How many of the crowd had no answer when the heartbeat was read. */
  private final CompletableFuture<Integer> unanswered = new CompletableFuture<>();

  private final AtomicInteger committed = new AtomicInteger();
  private final CompletableFuture<StreamLoop> loop = new CompletableFuture<>();
  private volatile boolean keeps;
  private Engine engine;
  private int port;

  CrowdIT(IoBackend backend) {
    this.backend = backend;
  }

  /** Hands everything on, but for the registers of the crowd. */
  private final class Slow implements Mailroom {
    @Override
    public boolean offer(Command command) {
      return keeps ? kept.add(command) : engine.mailroom().offer(command);
    }

    @Override
    public long awayNanos() {
      return engine.mailroom().awayNanos();
    }

    @Override
    public void putOff(PutOff putOff) {
      engine.mailroom().putOff(putOff);
    }

    @Override
    public void post(Pulse pulse) {
      engine.mailroom().post(pulse);
    }
  }

  /** The event loop, and what it had not done when it read a heartbeat. */
  private record Watched(StreamLoop loop, IntSupplier registering, CompletableFuture<Integer> left)
      implements StreamLoop {
    @Override
    public Reader reader() {
      return loop.reader();
    }

    @Override
    public void countHeartbeat() {
      left.complete(registering.getAsInt());
      loop.countHeartbeat();
    }

    @Override
    public void countDue(long more, long moreGranted) {
      loop.countDue(more, moreGranted);
    }

    @Override
    public void countRegistering(int more) {
      loop.countRegistering(more);
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
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
                new Engine.Sizes(1, 10_000, 10_000),
                Clocks.SYSTEM,
                new Engine.Keeping(new MemoryLedger("lineage", 1), null),
                new CommittedOnly(changes -> committed.addAndGet(changes.size())),
                failure -> {}));
    HeartbeatEndpoint heartbeats =
        new HeartbeatEndpoint(
            this::currentLoop,
            new Slow(),
            engine.clock(),
            engine.door(),
            System::nanoTime,
            new Random(),
            "crowd",
            engine.judging(),
            new StreamLimits(10_000, 1_000, TimeUnit.SECONDS.toNanos(10)),
            Asking.OFF,
            Authenticator.OPEN,
            Leaves.toNobody(engine.mailroom(), engine.judging()));
    NettyServerBuilder builder =
        new GrpcSettings(10_000, 65_536, 8_192, 1_000, 30, 5)
            .builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(heartbeats);
    engine.install(builder);
    Server server = grpc.add(builder.build().start());
    engine.start();
    port = server.getPort();
  }

  @Test
  void whoBeatsIsReadBeforeTheCrowdIsAnswered() throws Exception {
    try (RawConnection crowd = new RawConnection(port);
        RawConnection settled = new RawConnection(port)) {
      int stream = begin(settled, "settled");
      await(() -> committed.get() == 1 && engine.registering() == 0);
      keeps = true;
      for (int i = 0; i < CROWD; i++) {
        begin(crowd, "crowd-" + i);
      }
      await(() -> kept.size() == CROWD && engine.registering() == CROWD);

      CountDownLatch gate = new CountDownLatch(1);
      loop.get().execute(() -> stop(gate)); // it reads both connections, and none until then
      kept.forEach(engine.mailroom()::offer);
      await(() -> committed.get() == 1 + CROWD);
      settled.send(
          stream, HeartbeatRequest.newBuilder().setHeartbeat(heartbeat(1)).build().toByteArray());
      gate.countDown();

      assertThat(unanswered.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isGreaterThan(CROWD / 2);
      await(() -> engine.registering() == 0);
    }
  }

  private StreamLoop currentLoop() {
    StreamLoop current = new Watched(engine.loops().current(), engine::registering, unanswered);
    loop.complete(current);
    return current;
  }

  private static int begin(RawConnection connection, String id) throws IOException {
    int stream = connection.open(PATH);
    connection.send(
        stream,
        HeartbeatRequest.newBuilder().setRegister(register("orders/" + id)).build().toByteArray());
    return stream;
  }

  private static void stop(CountDownLatch gate) {
    try {
      assertThat(gate.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier event) throws InterruptedException {
    for (int i = 0; !event.getAsBoolean(); i++) {
      assertThat(i).as("milliseconds").isLessThan(PATIENCE_SECONDS * 1_000);
      Thread.sleep(1);
    }
  }
}
