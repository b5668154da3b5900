package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetInstanceResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceBatch;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.SnapshotBegin;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watchers and calls with their threads, over sockets. Confined to the test's thread. */
@Timeout(60)
final class WatcherIT {
  private Server server = NettyServerBuilder.forPort(0).build();

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Watches())
            .addService(new SilentRegistry())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Test
  void watchesAndCloses() throws Exception {
    CountDownLatch whole = new CountDownLatch(1);
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onSnapshot(WatchSnapshot snapshot) {
            whole.countDown();
          }
        };
    try (PulsewatchWatcher watcher =
        PulsewatchWatcher.builder().server(address()).listener(listener).start()) {
      whole.await();
      assertThat(watcher.view()).hasSize(1);
    }
  }

  @Test
  void aListenerMayCloseItsWatcher() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    PulsewatchWatcher[] watcher = new PulsewatchWatcher[1];
    WatchListener closing =
        new WatchListener() {
          @Override
          public void onSnapshot(WatchSnapshot snapshot) {
            try {
              started.await();
            } catch (InterruptedException ignored) {
              Thread.currentThread().interrupt();
            }
            watcher[0].close();
            closed.countDown();
          }
        };
    watcher[0] = PulsewatchWatcher.builder().server(address()).listener(closing).start();
    started.countDown();
    closed.await();
    watcher[0].close();
  }

  @Test
  void closingDoesNotWaitLongForAListener() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    WatchListener blocked =
        new WatchListener() {
          @Override
          public void onSnapshot(WatchSnapshot snapshot) {
            called.countDown();
            try {
              release.await();
            } catch (InterruptedException ignored) {
              Thread.currentThread().interrupt();
            }
          }
        };
    PulsewatchWatcher watcher =
        PulsewatchWatcher.builder().server(address()).listener(blocked).start();
    called.await();
    watcher.close(); // or the test's own limit ends it
    release.countDown();
    assertThat(watcher.view()).hasSize(1);
  }

  @Test
  void aCallEndsWithItsCallDeadline() {
    try (PulsewatchClient client =
        PulsewatchClient.builder().server(address()).callDeadline(Duration.ofMillis(300)).build()) {
      PulsewatchException late =
          catchThrowableOfType(
              PulsewatchException.class,
              () -> client.getInstance(GetInstanceRequest.getDefaultInstance()));
      assertThat(late.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
  }

  private static final class Watches extends WatchServiceGrpc.WatchServiceImplBase {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
      Instance instance = Instance.newBuilder().setService("s").setInstanceId("a").build();
      responses.onNext(
          WatchResponse.newBuilder().setSnapshotBegin(SnapshotBegin.getDefaultInstance()).build());
      responses.onNext(
          WatchResponse.newBuilder()
              .setInstances(InstanceBatch.newBuilder().addInstances(instance))
              .build());
      responses.onNext(
          WatchResponse.newBuilder()
              .setResumeToken("r1")
              .setSnapshotEnd(SnapshotEnd.getDefaultInstance())
              .build());
    }
  }

  /** Never answers. */
  private static final class SilentRegistry extends RegistryServiceGrpc.RegistryServiceImplBase {
    @Override
    public void getInstance(
        GetInstanceRequest request, StreamObserver<GetInstanceResponse> response) {}
  }
}
