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
 * Five hundred changes at once to ten thousand watchers, of whom a hundred do not read, and a
 * server in a process of its own with a small heap. What is to be told is gigabytes; the server may
 * never hold more of it than its limit says.
 */
@Tag("once")
@Tag("alone")
@Timeout(180)
final class WatcherBurstIT {
  private static final int CONNECTIONS = 40;
  private static final int CROWD = 9_900;
  private static final int STOPPED = 100;
  private static final int CHANGES = 500;
  private static final int BURSTS = 2;

  /** With what a change says besides, about 1 KiB of it. */
  private static final int LABELS = 16;

  /** The limit, Netty's chunks that are half full, and what the connections read and write. */
  private static final long MOST_DIRECT_BYTES =
      Limits.DEFAULT.of(Limit.MAX_UNWRITTEN_BYTES) + (48L << 20);

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private final CrowdWatcher.Messages messages = new CrowdWatcher.Messages();
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong stoppedTold = new AtomicLong();
  private final List<CrowdWatcher> crowd = new ArrayList<>();
  private final List<TestStream> orders = new ArrayList<>();

  @Test
  void aBurstToEverybodyIsToldPieceByPiece() throws Exception {
    ChildProcess server = grpc.add(ChildProcess.start(ChildServer.class, "0"));
    int port = Integer.parseInt(server.line());
    registerAll(Sockets.channel(grpc, port));
    openCrowd(port);
    ChildServer.Used before = ChildServer.Used.by(server);
    Measured.say("%,d watchers, %d of them stopped: %s", CROWD + STOPPED, STOPPED, before);
    assertThat(before.mostDirectBytes()).isLessThan(MOST_DIRECT_BYTES);
    for (int i = 1; i <= BURSTS; i++) {
      long started = System.nanoTime();
      burst(i);
      ChildServer.Used now = ChildServer.Used.by(server);
      Measured.say(
          "%d changes at once: %d ms, then %s",
          CHANGES, (System.nanoTime() - started) / 1_000_000, now);
      assertThat(now.mostDirectBytes()).isLessThan(MOST_DIRECT_BYTES);
    }
    check();
  }

  private void registerAll(ManagedChannel channel) {
    for (int i = 0; i < CHANGES; i++) {
      Register.Builder large = register("orders/o" + i, 60_000, 600_000, 600_000);
      for (int j = 0; j < LABELS; j++) {
        large.putLabels("label" + j, "v".repeat(15));
      }
      orders.add(TestStream.open(channel, PATIENCE_MILLIS));
      orders.get(i).send(large);
    }
    orders.forEach(TestStream::registered);
  }

  private void openCrowd(int port) throws InterruptedException {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(channel(port));
    }
    for (int i = 0; i < CROWD; i++) {
      crowd.add(watch(channels.get(i % CONNECTIONS), i, told));
    }
    for (int i = 0; i < STOPPED; i++) {
      ManagedChannel own = i % 25 == 0 ? channel(port) : channels.get(channels.size() - 1);
      channels.add(own);
      watch(own, i, stoppedTold).stop();
    }
    await(told, CROWD);
  }

  private CrowdWatcher watch(ManagedChannel channel, int i, AtomicLong count) {
    WatchRequest.Builder request =
        WatchRequest.newBuilder()
            .addServices("orders")
            .setDelivery(i % 2 == 0 ? Delivery.DELIVERY_EVERY_CHANGE : Delivery.DELIVERY_LATEST);
    return CrowdWatcher.open(channel, messages, request.build(), count, false);
  }

  private ManagedChannel channel(int port) {
    return grpc.add(
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .directExecutor()
            .flowControlWindow(1 << 20)
            .build());
  }

  private void burst(int number) throws InterruptedException {
    long wanted = told.get() + (long) CROWD * CHANGES;
    Status status = number % 2 == 0 ? Status.STATUS_SERVING : Status.STATUS_DEGRADED;
    for (TestStream stream : orders) {
      stream.send(heartbeat(number, status));
    }
    for (TestStream stream : orders) {
      assertThat(stream.ack().getSequence()).isEqualTo(number);
    }
    await(told, wanted);
  }

  private void check() {
    for (int i = 0; i < CROWD; i++) {
      CrowdWatcher watcher = crowd.get(i);
      assertThat(watcher.fault()).isNull();
      assertThat(watcher.snapshots()).isEqualTo(1);
      assertThat(watcher.accounted()).isEqualTo((long) CHANGES * BURSTS);
      if (i % 2 == 0) {
        assertThat(watcher.told()).isEqualTo((long) CHANGES * BURSTS);
        assertThat(watcher.orderHash()).isEqualTo(crowd.get(0).orderHash());
      }
    }
  }

  private static void await(AtomicLong count, long wanted) throws InterruptedException {
    long end = System.nanoTime() + 3 * PATIENCE_MILLIS * 1_000_000;
    while (count.get() < wanted) {
      assertThat(System.nanoTime() - end).as("%s of %s", count, wanted).isNegative();
      Thread.sleep(2);
    }
    assertThat(count.get()).isEqualTo(wanted);
  }
}
