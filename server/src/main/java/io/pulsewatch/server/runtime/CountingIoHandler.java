package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.IoHandle;
import io.grpc.netty.shaded.io.netty.channel.IoHandler;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.IoRegistration;
import io.grpc.netty.shaded.io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An I/O handler that counts its passes, and may measure one in a few of them: how long it was,
 * with the tasks that ran after it, and how much of that was no waiting for the network. Run by its
 * event loop; read by any thread.
 */
final class CountingIoHandler implements IoHandler {
  /**
   * A measured pass reads the clock five times, some 0.1 us (docs/BENCHMARKS.md has 21 ns for one).
   */
  private static final int MEASURED_EACH = 8;

  private final IoHandler handler;
  private final ThreadAwareExecutor owner;
  private final LongSupplier nanoTicker;
  private final boolean measures;
  private final Measuring measuring = new Measuring();
  private volatile long passes;
  private volatile long busyNanos;
  private volatile long measuredNanos;

  /** The last pass is measured, and its tasks have not ended. */
  private boolean isMeasured;

  private long startedNanos;
  private long endedNanos;

  /**
   * Wraps a handler.
   *
   * @param measures false: passes are counted, and no more
   */
  CountingIoHandler(
      IoHandler handler, ThreadAwareExecutor owner, LongSupplier nanoTicker, boolean measures) {
    this.measures = measures;
    this.handler = handler;
    this.owner = owner;
    this.nanoTicker = nanoTicker;
  }

  /** What the handler is told of its event loop, and that its active time is wanted. */
  private static final class Measuring implements IoHandlerContext {
    private @Nullable IoHandlerContext context;
    private long activeNanos;

    Measuring begin(IoHandlerContext measured) {
      context = measured;
      activeNanos = 0;
      return this;
    }

    @Override
    public boolean canBlock() {
      return context().canBlock();
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return context().delayNanos(currentTimeNanos);
    }

    @Override
    public long deadlineNanos() {
      return context().deadlineNanos();
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return true;
    }

    @Override
    public void reportActiveIoTime(long nanos) {
      activeNanos += nanos;
      if (context().shouldReportActiveIoTime()) {
        context().reportActiveIoTime(nanos);
      }
    }

    private IoHandlerContext context() {
      return Objects.requireNonNull(context);
    }
  }

  /** Of the passes that were measured. */
  LoadMeter.Worked worked() {
    return new LoadMeter.Worked(busyNanos, measuredNanos);
  }

  /** Passes that have ended. */
  long passes() {
    return passes;
  }

  ThreadAwareExecutor owner() {
    return owner;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, its event loop
  public int run(IoHandlerContext context) {
    if (isMeasured) {
      isMeasured = false;
      endMeasured();
    }
    int handled;
    if (measures && passes % MEASURED_EACH == 0) {
      isMeasured = true;
      startedNanos = nanoTicker.getAsLong();
      handled = handler.run(measuring.begin(context));
      endedNanos = nanoTicker.getAsLong();
    } else {
      handled = handler.run(context);
    }
    passes++;
    return handled;
  }

  /** Its tasks have run. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, its event loop
  private void endMeasured() {
    long now = nanoTicker.getAsLong();
    busyNanos += measuring.activeNanos + now - endedNanos;
    measuredNanos += now - startedNanos;
  }

  @Override
  public void initialize() {
    handler.initialize();
  }

  @Override
  public void prepareToDestroy() {
    handler.prepareToDestroy();
  }

  @Override
  public void destroy() {
    handler.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return handler.register(handle);
  }

  @Override
  public void wakeup() {
    handler.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return handler.isCompatible(handleType);
  }
}
