package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Ten thousand watchers on real connections, some of them stopped, and a server in a process of its
 * own whose memory is read while they lie still.
 *
 * <p>All watch {@code orders}. The stopped ones, and a few readers, also watch {@code bulk}, whose
 * changes are large: what passes a stopped watcher is many times what the memory may grow by.
 */
@Tag("alone")
@Tag("once")
@Timeout(180)
final class WatcherCrowdIT {
  private static final int CONNECTIONS = 40;
  private static final int CROWD = 9_994;
  private static final int READERS = 4;
  private static final int ORDERS = 100;
  private static final int BULK = 50;
  private static final int RING = 1_000;
  private static final int ORDER_ROUNDS = 6;
  private static final int BULK_ROUNDS = 200;
  private static final int STAGES = 2;

  /** One queue of what passes a stopped watcher in one stage alone would be longer. */
  private static final long FLAT_HEAP_BYTES = 8L << 20;

  /** Netty takes 4 MiB at a time, and keeps what a burst to everybody once took. */
  private static final long FLAT_DIRECT_BYTES = 24L << 20;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private final CrowdWatcher.Messages messages = new CrowdWatcher.Messages();
  private final AtomicLong crowdTold = new AtomicLong();
  private final AtomicLong readersTold = new AtomicLong();
  private final AtomicLong stoppedTold = new AtomicLong();
  private final List<CrowdWatcher> crowd = new ArrayList<>();
  private final List<CrowdWatcher> readers = new ArrayList<>();
  private final List<TestStream> orders = new ArrayList<>();
  private final List<TestStream> bulk = new ArrayList<>();
  private int rounds;

  @Test
  void tenThousandWatchersSeeAllWhileSomeLieStill() throws Exception {
    ChildProcess server =
        grpc.add(ChildProcess.start(ChildServer.class, "0", Integer.toString(RING)));
    int port = Integer.parseInt(server.line());
    registerAll(Sockets.channel(grpc, port));
    openCrowd(port);
    CrowdWatcher latest = openStopped(port, Delivery.DELIVERY_LATEST);
    CrowdWatcher every = openStopped(port, Delivery.DELIVERY_EVERY_CHANGE);
    await(stoppedTold, 2);
    latest.stop();
    every.stop();
    stage(); // the ring, the buffers and the compiler are as they will be
    ChildServer.Used before = ChildServer.Used.by(server);
    Measured.say("%,d watchers, 2 of them stopped: %s", CROWD + READERS + 2, before);
    for (int i = 0; i < STAGES; i++) {
      long started = System.nanoTime();
      stage();
      ChildServer.Used now = ChildServer.Used.by(server);
      Measured.say(
          "%,d changes to each of %,d and %,d to the stopped: %d ms, then %s",
          ORDERS * ORDER_ROUNDS,
          CROWD,
          ORDERS * ORDER_ROUNDS + BULK * BULK_ROUNDS,
          (System.nanoTime() - started) / 1_000_000,
          now);
      isFlat(before, now);
    }
    checkOrder();
    long all = readers.get(0).told();
    checkLatest(latest, all);
    checkEvery(every, all);
  }

  private static void isFlat(ChildServer.Used before, ChildServer.Used now) {
    assertThat(now.heapBytes() - before.heapBytes()).isLessThan(FLAT_HEAP_BYTES);
    assertThat(now.directBytes() - before.directBytes()).isLessThan(FLAT_DIRECT_BYTES);
  }

  private void registerAll(ManagedChannel channel) {
    for (int i = 0; i < ORDERS; i++) {
      orders.add(TestStream.open(channel, PATIENCE_MILLIS));
      orders.get(i).send(register("orders/o" + i, 60_000, 600_000, 600_000));
    }
    for (int i = 0; i < BULK; i++) {
      Register.Builder large = register("bulk/b" + i, 60_000, 600_000, 600_000);
      for (int j = 0; j < 20; j++) {
        large.putLabels("label" + j, "v".repeat(100));
      }
      bulk.add(TestStream.open(channel, PATIENCE_MILLIS));
      bulk.get(i).send(large);
    }
    orders.forEach(TestStream::registered);
    bulk.forEach(TestStream::registered);
  }

  private void openCrowd(int port) throws InterruptedException {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(channel(port, 1 << 20));
    }
    for (int i = 0; i < CROWD; i++) {
      WatchRequest.Builder request =
          WatchRequest.newBuilder()
              .addServices("orders")
              .setDelivery(i % 2 == 0 ? Delivery.DELIVERY_EVERY_CHANGE : Delivery.DELIVERY_LATEST);
      crowd.add(
          CrowdWatcher.open(
              channels.get(i % CONNECTIONS), messages, request.build(), crowdTold, false));
    }
    for (int i = 0; i < READERS; i++) {
      readers.add(
          CrowdWatcher.open(
              channels.get(i), messages, all(Delivery.DELIVERY_EVERY_CHANGE), readersTold, true));
    }
    await(crowdTold, CROWD);
    await(readersTold, READERS);
  }

  /** On a connection of its own that takes little: what is not asked for stays with the server. */
  private CrowdWatcher openStopped(int port, Delivery delivery) {
    return CrowdWatcher.open(channel(port, 16 << 10), messages, all(delivery), stoppedTold, true);
  }

  private ManagedChannel channel(int port, int windowBytes) {
    return grpc.add(
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .directExecutor()
            .flowControlWindow(windowBytes)
            .build());
  }

  private static WatchRequest all(Delivery delivery) {
    return WatchRequest.newBuilder().setDelivery(delivery).build();
  }

  /** Changes for everybody, then many large ones for those who watch all. */
  private void stage() throws InterruptedException {
    for (int i = 0; i < ORDER_ROUNDS; i++) {
      long crowdBefore = crowdTold.get();
      long readersBefore = readersTold.get();
      round(orders);
      await(crowdTold, crowdBefore + (long) CROWD * ORDERS);
      await(readersTold, readersBefore + READERS * ORDERS);
    }
    for (int i = 0; i < BULK_ROUNDS; i++) {
      long readersBefore = readersTold.get();
      round(bulk);
      await(readersTold, readersBefore + READERS * BULK);
    }
  }

  private void round(List<TestStream> streams) throws InterruptedException {
    rounds++;
    Status status = rounds % 2 == 0 ? Status.STATUS_SERVING : Status.STATUS_DEGRADED;
    for (TestStream stream : streams) {
      stream.send(heartbeat(rounds, status));
    }
    for (TestStream stream : streams) {
      assertThat(stream.ack().getSequence()).isEqualTo(rounds);
    }
  }

  private void checkOrder() {
    long changes = (long) ORDERS * ORDER_ROUNDS * (STAGES + 1);
    CrowdWatcher first = crowd.get(0);
    int folding = 0;
    for (int i = 0; i < CROWD; i++) {
      CrowdWatcher watcher = crowd.get(i);
      assertThat(watcher.fault()).isNull();
      assertThat(watcher.accounted()).isEqualTo(changes);
      if (i % 2 == 0) {
        assertThat(watcher.told()).isEqualTo(changes);
        assertThat(watcher.orderHash()).isEqualTo(first.orderHash());
      }
      folding += watcher.folded() > 0 ? 1 : 0;
    }
    long most = (long) BULK * BULK_ROUNDS * (STAGES + 1) + changes;
    for (CrowdWatcher reader : readers) {
      assertThat(reader.fault()).isNull();
      assertThat(reader.told()).isEqualTo(most);
      assertThat(reader.orderHash()).isEqualTo(readers.get(0).orderHash());
    }
    Measured.say("of %,d watchers %d were behind at any time and folded", CROWD, folding);
  }

  private void checkLatest(CrowdWatcher latest, long all) throws InterruptedException {
    long wanted = stoppedTold.get() + all - latest.accounted();
    latest.wake();
    await(stoppedTold, wanted);
    assertThat(latest.fault()).isNull();
    assertThat(latest.told() + latest.folded()).isEqualTo(all);
    assertThat(latest.folded()).isGreaterThan(all / 2);
    assertThat(latest.newest()).isEqualTo(readers.get(0).newest());
    Measured.say("LATEST woke: told %,d, folded %,d of %,d", latest.told(), latest.folded(), all);
  }

  private void checkEvery(CrowdWatcher every, long all) throws InterruptedException {
    every.wake();
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (every.snapshots() < 2) {
      assertThat(System.nanoTime() - end).as("told %d", every.told()).isNegative();
      Thread.sleep(2);
    }
    assertThat(every.fault()).isNull();
    assertThat(every.reason()).isEqualTo(SnapshotReason.SNAPSHOT_REASON_OVERFLOW);
    assertThat(every.told() + every.skipped()).isEqualTo(all);
    assertThat(every.skipped()).isGreaterThan(all / 2);
    assertThat(every.newest()).isEqualTo(readers.get(0).newest());
    Measured.say(
        "EVERY_CHANGE woke: told %,d, skipped %,d of %,d", every.told(), every.skipped(), all);
  }

  private static void await(AtomicLong count, long wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (count.get() < wanted) {
      assertThat(System.nanoTime() - end).as("%s of %s", count, wanted).isNegative();
      Thread.sleep(2);
    }
    assertThat(count.get()).isEqualTo(wanted);
  }
}
