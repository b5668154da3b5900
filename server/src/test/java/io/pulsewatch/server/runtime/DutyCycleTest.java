package io.pulsewatch.server.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one thread that turns again and again. It runs here; nothing depends on how fast. */
@Timeout(60)
final class DutyCycleTest {
  private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

  @Test
  void turnsOnANamedDaemonUntilItIsClosed() throws InterruptedException {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch turned = new CountDownLatch(10);
    DutyCycle cycle =
        new DutyCycle(
            "test",
            () -> {
              thread.set(Thread.currentThread());
              turned.countDown();
              return 1;
            },
            FOREVER,
            failure -> {});
    cycle.start();
    assertThat(turned.await(30, TimeUnit.SECONDS)).isTrue();
    cycle.close();
    cycle.close();

    Thread ran = requireNonNull(thread.get());
    assertThat(ran.isAlive()).isFalse();
    assertThat(ran.getName()).isEqualTo("pulsewatch-test-0");
    assertThat(ran.isDaemon()).isTrue();
  }

  /** Without a wake it would rest for an hour; a wake that got lost would hang this test. */
  @Test
  void noWakeIsLost() throws InterruptedException {
    AtomicInteger work = new AtomicInteger();
    Semaphore done = new Semaphore(0);
    DutyCycle cycle =
        new DutyCycle(
            "test",
            () -> {
              if (work.get() == 0) {
                return 0;
              }
              work.decrementAndGet();
              done.release();
              return 1;
            },
            FOREVER,
            failure -> {});
    cycle.start();
    for (int i = 0; i < 20_000; i++) {
      work.incrementAndGet();
      cycle.wake();
      assertThat(done.tryAcquire(30, TimeUnit.SECONDS)).as("wake %d", i).isTrue();
    }
    cycle.close();
  }

  /** It would rest for an hour; what was announced comes without a wake of its own. */
  @Test
  void anAnnouncementEndsARest() throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    Semaphore rests = new Semaphore(0);
    DutyCycle cycle =
        new DutyCycle(
            "test",
            () -> {
              looks.incrementAndGet();
              rests.release();
              return 0;
            },
            FOREVER,
            failure -> {});
    cycle.start();
    assertThat(rests.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
    int before = looks.get();
    while (looks.get() == before) {
      cycle.announce(); // until it was seen to rest
      Thread.onSpinWait();
    }
    cycle.close();
    assertThat(looks.get()).isGreaterThan(before);
  }

  @Test
  void aRestEndsByItself() throws InterruptedException {
    CountDownLatch turns = new CountDownLatch(20);
    DutyCycle cycle =
        new DutyCycle(
            "test",
            () -> {
              turns.countDown();
              return 0;
            },
            TimeUnit.MILLISECONDS.toNanos(1),
            failure -> {});
    cycle.start();
    assertThat(turns.await(30, TimeUnit.SECONDS)).isTrue();
    cycle.close();
  }

  @Test
  void whatItThrowsEndsItAndIsToldOnce() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(1);
    AtomicBoolean broken = new AtomicBoolean();
    Error error = new AssertionError("broken");
    DutyCycle cycle =
        new DutyCycle(
            "test",
            () -> {
              if (broken.getAndSet(true)) {
                throw error;
              }
              return 1;
            },
            FOREVER,
            failure -> {
              assertThat(failure).isSameAs(error);
              told.incrementAndGet();
              failed.countDown();
            });
    cycle.start();
    assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
    cycle.wake();
    cycle.close();
    assertThat(told).hasValue(1);
  }

  @Test
  void mayCloseItself() throws InterruptedException {
    AtomicReference<DutyCycle> self = new AtomicReference<>();
    CountDownLatch closed = new CountDownLatch(1);
    DutyCycle cycle =
        new DutyCycle(
            "test",
            () -> {
              DutyCycle mine = self.get();
              if (mine != null) {
                mine.close();
                closed.countDown();
              }
              return 1;
            },
            FOREVER,
            failure -> {});
    self.set(cycle);
    cycle.start();
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    cycle.close();
  }
}
