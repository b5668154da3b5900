package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.IoHandle;
import io.grpc.netty.shaded.io.netty.channel.IoHandler;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.IoRegistration;
import io.grpc.netty.shaded.io.netty.util.concurrent.ThreadAwareExecutor;
import org.junit.jupiter.api.Test;

/** How busy an event loop is, by one pass in eight. */
final class CountingIoHandlerTest {
  private static final int EIGHT = 8;

  private final Passing passing = new Passing();
  private final Told told = new Told();
  private final CountingIoHandler handler =
      new CountingIoHandler(passing, new Nobody(), () -> passing.now, true);

  /** Waits for 60, then works for 30. */
  private static final class Passing implements IoHandler {
    private long now = Long.MAX_VALUE - 50;

    @Override
    public int run(IoHandlerContext context) {
      assertThat(context.canBlock()).isTrue();
      assertThat(context.delayNanos(1)).isEqualTo(7);
      assertThat(context.deadlineNanos()).isEqualTo(9);
      now += 90;
      if (context.shouldReportActiveIoTime()) {
        context.reportActiveIoTime(30);
      }
      return 3;
    }

    @Override
    public void prepareToDestroy() {}

    @Override
    public void destroy() {}

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return true;
    }
  }

  /** What an event loop tells its handler, and is told. */
  private static final class Told implements IoHandlerContext {
    private boolean wants;
    private long active;

    @Override
    public boolean canBlock() {
      return true;
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return 7;
    }

    @Override
    public long deadlineNanos() {
      return 9;
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return wants;
    }

    @Override
    public void reportActiveIoTime(long nanos) {
      active += nanos;
    }
  }

  private static final class Nobody implements ThreadAwareExecutor {
    @Override
    public boolean isExecutorThread(Thread thread) {
      return false;
    }

    @Override
    public void execute(Runnable command) {
      throw new UnsupportedOperationException();
    }
  }

  /** Tasks of 10 run after each pass. */
  private void passes(int number) {
    for (int i = 0; i < number; i++) {
      assertThat(handler.run(told)).isEqualTo(3);
      passing.now += 10;
    }
  }

  @Test
  void waitingIsNoWorkAndTasksAre() {
    passes(1);
    assertThat(handler.worked()).as("its tasks may go on").isEqualTo(LoadMeter.Worked.NOTHING);
    passes(EIGHT);
    assertThat(handler.worked()).isEqualTo(new LoadMeter.Worked(40, 100));
    passes(EIGHT);
    assertThat(handler.worked()).isEqualTo(new LoadMeter.Worked(80, 200));
    assertThat(handler.passes()).isEqualTo(1 + 2 * EIGHT);
  }

  /** Where nobody asks how busy it is, the clock is not read and the event loop not bothered. */
  @Test
  void whereNobodyAsksNothingIsMeasured() {
    CountingIoHandler counting =
        new CountingIoHandler(
            new Passing(),
            new Nobody(),
            () -> {
              throw new AssertionError("the clock was read");
            },
            false);
    for (int i = 0; i < 2 * EIGHT; i++) {
      counting.run(told);
    }
    assertThat(counting.passes()).isEqualTo(2 * EIGHT);
    assertThat(counting.worked()).isEqualTo(LoadMeter.Worked.NOTHING);
  }

  @Test
  void whoWantsToKnowIsTold() {
    passes(1);
    assertThat(told.active).isZero();
    told.wants = true;
    passes(EIGHT);
    assertThat(told.active).isEqualTo(EIGHT * 30);
  }
}
