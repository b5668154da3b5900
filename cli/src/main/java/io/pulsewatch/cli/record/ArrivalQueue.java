package io.pulsewatch.cli.record;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived and is not yet written. Thread-safe.
 *
 * <p>A disk that is slow must not delay the reading of the next heartbeat, or the trace would show
 * the disk. So event loops only put in, and when it is full they drop and count.
 */
final class ArrivalQueue {
  /** Two minutes of a thousand streams that beat each two seconds. */
  static final int MAX_WAITING = 65_536;

  private final BlockingQueue<Arrival> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong dropped = new AtomicLong();

  void put(Arrival arrival) {
    if (!waiting.offer(arrival)) {
      dropped.incrementAndGet();
    }
  }

  /** The next one, or null after this time without any. */
  @Nullable Arrival take(long millis) throws InterruptedException {
    return waiting.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Heartbeats that no trace will show. */
  long dropped() {
    return dropped.get();
  }
}
