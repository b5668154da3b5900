package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server stands still for about as long as its senders may be silent: none is doubted for it,
 * and none stops work for good. Confined to the test's thread.
 */
@Tag("once")
@Tag("alone")
@Timeout(180)
final class StoppedServerWithSendersIT {
  private static final int SENDERS = 20;
  private static final int ROUNDS = 2;
  private static final long[] STOPS_MILLIS = {500, 900, 1_300, 1_900};
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofMillis(1_500);
  private static final long WAIT_SECONDS = 30;

  /** Longer than any verdict that could follow from the stop. */
  private static final long AFTERMATH_MILLIS = 2_500;

  private final Changes changes = new Changes();

  @Test
  void stopsOfAboutTheTimeoutHarmNobody() throws Exception {
    List<Told> told = new ArrayList<>();
    List<PulsewatchSender> senders = new ArrayList<>();
    try (ChildServer server = ChildServer.start();
        PulsewatchWatcher watcher =
            PulsewatchWatcher.builder()
                .server(server.address())
                .everyChange()
                .listener(changes)
                .start()) {
      for (int i = 0; i < SENDERS; i++) {
        Told each = new Told();
        told.add(each);
        senders.add(start(server.address(), i, each));
      }
      changes.awaitRegistrations(SENDERS);
      for (Told each : told) {
        each.awaitRegistration(); // which may reach it after the watcher
      }
      List<Long> incarnations = incarnations(senders);
      for (int round = 0; round < ROUNDS; round++) {
        for (long stop : STOPS_MILLIS) {
          server.signal("STOP");
          Thread.sleep(stop);
          server.signal("CONT");
          Thread.sleep(AFTERMATH_MILLIS + 173L * round); // another phase of the schedules
          String when = "after a stop of " + stop + " ms";
          assertThat(changes.others()).as(when).isEmpty();
          assertThat(told).as(when).allMatch(Told::isCurrent);
          assertThat(senders).as(when).allMatch(PulsewatchSender::isCurrent);
        }
      }
      assertThat(incarnations(senders)).isEqualTo(incarnations);
      assertThat(watcher.view()).hasSize(SENDERS);
      say(told);
    } finally {
      senders.forEach(PulsewatchSender::close);
    }
  }

  private static PulsewatchSender start(String address, int number, Told told) {
    return PulsewatchSender.builder("orders", "o-" + number)
        .server(address)
        .interval(INTERVAL)
        .timeout(TIMEOUT)
        .listener(told)
        .start();
  }

  private static List<Long> incarnations(List<PulsewatchSender> senders) {
    return senders.stream().map(each -> each.registration().orElseThrow().incarnation()).toList();
  }

  private static void say(List<Told> told) {
    System.out.printf(
        "%d senders, interval %d ms, timeout %d ms, %d stops: %d disconnections, %d expired, %d"
            + " restored%n",
        SENDERS,
        INTERVAL.toMillis(),
        TIMEOUT.toMillis(),
        ROUNDS * STOPS_MILLIS.length,
        told.stream().mapToInt(each -> each.disconnections.get()).sum(),
        told.stream().mapToInt(each -> each.expired.get()).sum(),
        told.stream().mapToInt(each -> each.restored.get()).sum());
  }

  /** What one sender was told. Thread-safe. */
  private static final class Told implements SenderListener {
    private final CountDownLatch registered = new CountDownLatch(1);
    private final AtomicInteger expired = new AtomicInteger();
    private final AtomicInteger restored = new AtomicInteger();
    private final AtomicInteger disconnections = new AtomicInteger();

    void awaitRegistration() throws InterruptedException {
      assertThat(registered.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    boolean isCurrent() {
      return expired.get() == restored.get();
    }

    @Override
    public void onRegistered(Registration registration) {
      registered.countDown();
    }

    @Override
    public void onExpired() {
      expired.incrementAndGet();
    }

    @Override
    public void onRestored() {
      restored.incrementAndGet();
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      disconnections.incrementAndGet();
    }
  }

  /** What the watcher saw. Thread-safe. */
  private static final class Changes implements WatchListener {
    private final Semaphore registrations = new Semaphore(0);
    private final Queue<Change> others = new ConcurrentLinkedQueue<>();

    void awaitRegistrations(int count) throws InterruptedException {
      assertThat(registrations.tryAcquire(count, WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Changes that are no first registration. */
    List<Change> others() {
      return List.copyOf(others);
    }

    @Override
    public void onSnapshot(WatchSnapshot snapshot) {
      registrations.release(snapshot.instances().size());
    }

    @Override
    public void onChange(Change change) {
      if (change.getCause() == Cause.CAUSE_REGISTERED) {
        registrations.release();
      } else {
        others.add(change);
      }
    }
  }
}
