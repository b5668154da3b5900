package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an event loop does when there is more than it can do at once. Time is the tasks'. */
@Timeout(60)
final class IoLoopTest {
  private static final int TASKS = 100;
  private static final int PER_SLICE = 3;
  private static final long TASK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TASK_NANOS);
  private final AtomicReference<CountingIoHandler> handler = new AtomicReference<>();
  private final MultiThreadIoEventLoopGroup group = group();
  private final EventLoop eventLoop = (EventLoop) group.iterator().next();
  private final IoLoop loop = newLoop();

  @AfterEach
  void stop() throws InterruptedException {
    assertThat(group.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(30_000)).isTrue();
  }

  @Test
  void manyTasksLetOthersThrough() throws Exception {
    List<Integer> order = new ArrayList<>();
    HashSet<Long> passes = new HashSet<>();
    AtomicLong before = new AtomicLong(-1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(TASKS);
    eventLoop.execute(() -> await(begun));
    for (int i = 0; i < TASKS; i++) {
      int number = i;
      loop.execute(
          () -> {
            order.add(number);
            passes.add(counting().passes());
            nanos.addAndGet(TASK_NANOS);
            done.countDown();
          });
    }
    eventLoop.execute(() -> before.set(order.size()));
    begun.countDown();
    await(done);
    assertThat(order).hasSize(TASKS).isSorted();
    assertThat(before).as("tasks before one that came later").hasValue(PER_SLICE);
    assertThat(passes).as("I/O passes").hasSizeGreaterThan(TASKS / PER_SLICE);
  }

  /** As where each pass reads a flood of heartbeats: answers still get a fifth of the time. */
  @Test
  void longPassesMakeLongSlices() throws Exception {
    Set<Long> passes = new HashSet<>();
    CountDownLatch done = new CountDownLatch(TASKS);
    CountDownLatch begun = new CountDownLatch(1);
    eventLoop.execute(() -> await(begun));
    for (int i = 0; i < TASKS; i++) {
      loop.execute(
          () -> {
            passes.add(counting().passes());
            nanos.addAndGet(TASK_NANOS);
            done.countDown();
          });
    }
    eventLoop.execute(() -> aLongPass(done));
    begun.countDown();
    await(done);
    assertThat(passes).as("I/O passes").hasSizeLessThan(TASKS / PER_SLICE / 2);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // ends with its event loop
  private void aLongPass(CountDownLatch done) {
    nanos.addAndGet(40 * TASK_NANOS);
    if (done.getCount() > 0) {
      eventLoop.schedule(() -> aLongPass(done), 1, TimeUnit.NANOSECONDS);
    }
  }

  /** As answers do while the liveness loop decides as fast as they are written. */
  @Test
  void tasksThatComeOneByOneLetOthersThrough() throws Exception {
    Set<Long> passes = new HashSet<>();
    CountDownLatch done = new CountDownLatch(1);
    chain(TASKS, passes, done);
    await(done);
    assertThat(passes).as("I/O passes").hasSizeGreaterThan(TASKS / PER_SLICE);
  }

  /** The next one comes when this one is over and nothing else waits, before the next pass. */
  private void chain(int left, Set<Long> passes, CountDownLatch done) {
    loop.execute(
        () -> {
          passes.add(counting().passes());
          nanos.addAndGet(TASK_NANOS);
          eventLoop.execute(
              () -> {
                if (left == 1) {
                  done.countDown();
                } else {
                  chain(left - 1, passes, done);
                }
              });
        });
  }

  @Test
  void aTaskThatFailsStopsNone() throws Exception {
    CountDownLatch done = new CountDownLatch(2);
    CountDownLatch begun = new CountDownLatch(1);
    eventLoop.execute(() -> await(begun));
    loop.execute(
        () -> {
          done.countDown();
          throw new IllegalStateException("planted");
        });
    loop.execute(done::countDown);
    begun.countDown();
    await(done);
    CountDownLatch later = new CountDownLatch(1);
    loop.execute(later::countDown);
    await(later);
  }

  private IoLoop newLoop() {
    return new IoLoop(eventLoop, counting(), nanos::get);
  }

  private CountingIoHandler counting() {
    return Objects.requireNonNull(handler.get());
  }

  private MultiThreadIoEventLoopGroup group() {
    IoHandlerFactory factory = IoBackend.best().handlers();
    return new MultiThreadIoEventLoopGroup(
        1,
        new DefaultThreadFactory("test-io", true),
        owner -> {
          CountingIoHandler made =
              new CountingIoHandler(factory.newHandler(owner), owner, nanos::get, true);
          handler.set(made);
          return made;
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
