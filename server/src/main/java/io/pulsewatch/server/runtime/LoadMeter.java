package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Load;
import java.util.List;

/**
 * How much the event loops had to do since the last look.
 *
 * <p>Confined to the loop, but for what it reads, which others write.
 */
final class LoadMeter {
  private final List<? extends Worker> workers;
  private final AwakeClock door;
  private final Worked[] before;
  private long lookedNanos;
  private long pausedNanos;
  private long heartbeats;

  /** One event loop. Any thread. */
  interface Worker {
    /** What was measured since its start. */
    Worked worked();

    /** Heartbeats read since its start. */
    long heartbeats();
  }

  /**
   * A sample of an event loop's time.
   *
   * @param busyNanos of it that it did not wait for the network
   * @param nanos all of it
   */
  record Worked(long busyNanos, long nanos) {
    static final Worked NOTHING = new Worked(0, 0);

    double shareSince(Worked earlier) {
      long elapsed = nanos - earlier.nanos;
      return elapsed == 0 ? 0 : (double) (busyNanos - earlier.busyNanos) / elapsed;
    }
  }

  /**
   * Creates the meter.
   *
   * @param door a clock that shows the pauses of all of them
   */
  LoadMeter(List<? extends Worker> workers, AwakeClock door, long nowNanos) {
    this.workers = List.copyOf(workers);
    this.door = door;
    this.before = new Worked[workers.size()];
    for (int i = 0; i < before.length; i++) {
      before[i] = workers.get(i).worked();
    }
    this.lookedNanos = nowNanos;
  }

  /** Looks again, after more than no time. */
  Load look(long nowNanos) {
    double elapsed = nowNanos - lookedNanos;
    lookedNanos = nowNanos;
    double busiest = 0;
    long read = 0;
    for (int i = 0; i < before.length; i++) {
      Worker worker = workers.get(i);
      Worked now = worker.worked();
      busiest = Math.max(busiest, now.shareSince(before[i]));
      before[i] = now;
      read += worker.heartbeats();
    }
    long paused = door.pausedNanos();
    Load load =
        new Load(busiest, (paused - pausedNanos) / elapsed, (read - heartbeats) * 1e9 / elapsed);
    pausedNanos = paused;
    heartbeats = read;
    return load;
  }
}
