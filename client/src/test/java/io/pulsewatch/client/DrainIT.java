package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DrainServerRequest;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that drain under real senders, and instances that leave well. Confined to the test. */
@Tag("once")
@Timeout(120)
final class DrainIT {
  private static final int SENDERS = 200;
  private static final long WAIT_SECONDS = 30;
  private static final Duration SPREAD = Duration.ofSeconds(2);

  private final Semaphore registered = new Semaphore(0);
  private final Queue<Long> movedNanos = new ConcurrentLinkedQueue<>();

  private static PulsewatchServer server() throws IOException {
    return PulsewatchServer.builder().listen("127.0.0.1", 0).ioThreads(2).start();
  }

  private static String address(PulsewatchServer server) {
    return "127.0.0.1:" + server.port();
  }

  private List<PulsewatchSender> senders(String address) {
    List<PulsewatchSender> senders = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      senders.add(
          PulsewatchSender.builder("orders", "o-" + i)
              .server(address)
              .interval(Duration.ofMillis(500))
              .listener(new Told())
              .start());
    }
    return senders;
  }

  private void awaitRegistered(int count) throws InterruptedException {
    assertThat(registered.tryAcquire(count, WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private static com.google.protobuf.Duration proto(Duration span) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(span.getSeconds())
        .setNanos(span.getNano())
        .build();
  }

  private static Map<State, Integer> states(PulsewatchClient client) {
    Map<State, Integer> states = new HashMap<>();
    client
        .listInstances(ListInstancesRequest.getDefaultInstance())
        .forEachRemaining(each -> states.merge(each.getState(), 1, Integer::sum));
    return states;
  }

  @Test
  void allGoToThePeerOneAfterTheOther() throws Exception {
    try (PulsewatchServer first = server();
        PulsewatchServer second = server();
        PulsewatchClient operator = PulsewatchClient.builder().server(address(first)).build();
        PulsewatchClient there = PulsewatchClient.builder().server(address(second)).build()) {
      List<PulsewatchSender> senders = senders(address(first));
      try {
        awaitRegistered(SENDERS);
        long begun = System.nanoTime();
        operator.drainServer(
            DrainServerRequest.newBuilder()
                .addPeers(address(second))
                .setSpread(proto(SPREAD))
                .build());
        awaitRegistered(SENDERS);
        assertSpread(begun);
        assertThat(states(there)).isEqualTo(Map.of(State.STATE_ALIVE, SENDERS));
        Thread.sleep(1_700); // longer than their timeout of 1.5 s
        assertThat(states(operator)).doesNotContainKey(State.STATE_DEAD);
        var state = operator.getServerState(GetServerStateRequest.getDefaultInstance());
        assertThat(state.getDrain().getDone()).isTrue();
        assertThat(state.getStreams()).isZero();
      } finally {
        senders.forEach(PulsewatchSender::close);
      }
    }
  }

  /** Each tenth of the time has its tenth of them, give or take a busy machine. */
  private void assertSpread(long begunNanos) {
    int[] tenths = new int[10];
    for (long moved : movedNanos) {
      int tenth = (int) ((moved - begunNanos) * 10 / SPREAD.toNanos());
      tenths[Math.max(0, Math.min(9, tenth))]++;
    }
    System.out.printf("%d senders moved, by tenths of 2 s: %s%n", SENDERS, List.of(box(tenths)));
    assertThat(movedNanos).hasSize(SENDERS);
    assertThat(box(tenths)).allMatch(count -> count <= SENDERS / 3);
    assertThat(tenths[0] + tenths[1]).isBetween(1, SENDERS / 2);
    assertThat(tenths[8] + tenths[9]).isBetween(1, SENDERS / 2);
  }

  private static Integer[] box(int[] counts) {
    return java.util.Arrays.stream(counts).boxed().toArray(Integer[]::new);
  }

  /** Nowhere else to go: they come back to the same server when it takes them again. */
  @Test
  void afterACancelAllGoOn() throws Exception {
    try (PulsewatchServer server = server();
        PulsewatchClient operator = PulsewatchClient.builder().server(address(server)).build()) {
      List<PulsewatchSender> senders = senders(address(server));
      try {
        awaitRegistered(SENDERS);
        List<Long> incarnations = incarnations(senders);
        operator.drainServer(
            DrainServerRequest.newBuilder().setSpread(proto(Duration.ofMillis(500))).build());
        Thread.sleep(2_200); // well past the timeout of 1.5 s
        assertThat(states(operator)).doesNotContainKey(State.STATE_DEAD);
        operator.drainServer(DrainServerRequest.newBuilder().setCancel(true).build());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!states(operator).equals(Map.of(State.STATE_ALIVE, SENDERS))) {
          assertThat(System.nanoTime() - end).as("%s", states(operator)).isNegative();
          Thread.sleep(100);
        }
        assertThat(incarnations(senders)).isEqualTo(incarnations);
      } finally {
        senders.forEach(PulsewatchSender::close);
      }
    }
  }

  private static List<Long> incarnations(List<PulsewatchSender> senders) {
    return senders.stream().map(each -> each.registration().orElseThrow().incarnation()).toList();
  }

  /** A load balancer that takes a moment to take it out of its pool. */
  @Test
  void whoLeavesHearsWhenTheLoadBalancerKnows() throws Exception {
    CountDownLatch draining = new CountDownLatch(1);
    try (PulsewatchServer server = server();
        PulsewatchSender sender =
            PulsewatchSender.builder("orders", "a")
                .server(address(server))
                .listener(new Told())
                .start()) {
      awaitRegistered(1);
      Queue<Long> revisions = new ConcurrentLinkedQueue<>();
      WatchListener balancing =
          new WatchListener() {
            @Override
            public void onChange(Change change) {
              Instance after = change.getInstance();
              if (change.getCause() == Cause.CAUSE_REPORTED
                  && after.getStatus() == Status.STATUS_DRAINING) {
                revisions.add(change.getRevision());
                draining.countDown();
              }
            }
          };
      CountDownLatch ready = new CountDownLatch(1);
      try (PulsewatchWatcher watcher =
          PulsewatchWatcher.builder()
              .server(address(server))
              .name("lb")
              .listener(
                  new WatchListener() {
                    @Override
                    public void onSnapshot(WatchSnapshot snapshot) {
                      ready.countDown();
                    }

                    @Override
                    public void onChange(Change change) {
                      balancing.onChange(change);
                    }
                  })
              .start()) {
        assertThat(ready.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        var left = sender.drain(Duration.ofSeconds(60), "lb");
        assertThat(draining.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(left).isNotDone();
        watcher.acknowledge(revisions.remove());
        assertThat(left.get(WAIT_SECONDS, TimeUnit.SECONDS)).isEmpty();
        assertThat(sender.drain(Duration.ofMillis(200), "lb", "nobody").get(5, TimeUnit.SECONDS))
            .isEqualTo(Set.of("nobody"));
        assertThat(sender.drain(Duration.ofSeconds(5)).get(5, TimeUnit.SECONDS)).isEmpty();
        var forgotten = sender.drain(Duration.ofSeconds(60), "nobody");
        sender.leave("done");
        assertThat(forgotten.get(5, TimeUnit.SECONDS)).isEqualTo(Set.of("nobody"));
        assertThat(sender.drain(Duration.ofSeconds(60), "lb").get(5, TimeUnit.SECONDS))
            .isEqualTo(Set.of("lb"));
      }
    }
  }

  /** What one sender was told. Thread-safe. */
  private final class Told implements SenderListener {
    private final AtomicInteger registrations = new AtomicInteger();

    @Override
    public void onRegistered(Registration registration) {
      if (registrations.incrementAndGet() > 1) {
        movedNanos.add(System.nanoTime());
      }
      registered.release();
    }
  }
}
