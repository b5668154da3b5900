package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Load;
import java.util.List;

/**
 * How much heartbeats that were due gave the event loops to do since the last look.
 *
 * <p>Longer intervals make fewer of those heartbeats only that are due. So of what an event loop
 * reads no more is counted than its streams have promised, and of its time the same share as of all
 * that it reads: other messages, and calls that begin, are counted by {@link WorkMeter}. What is
 * promised is a sum that changes where a stream begins, is told of other times, or ends: a
 * heartbeat costs nothing here, and a sender in a tight loop counts as what it was granted.
 *
 * <p>Confined to the loop, but for what it reads, which others write.
 */
final class LoadMeter {
  /**
   * A fleet keeps to its schedule, but not to the second. Where this is less than {@code HIGH_BUSY
   * / LOW_BUSY}, a fleet that alone would be little is not made much by any flood.
   */
  private static final double BUNCHING = 1.25;

  /** docs/BENCHMARKS.md has 1.3 us where they come in bunches, 14 where each comes alone. */
  private static final double LONGEST_HEARTBEAT_SECONDS = 40e-6;

  /**
   * An event loop to which unread heartbeats are left does not wait for the network at all. Where
   * it waits for more than the rest, who is not read is silent.
   */
  private static final double FULL_SHARE = 0.95;

  private final List<? extends Worker> workers;
  private final AwakeClock door;
  private final Seen[] before;
  private long lookedNanos;
  private long pausedNanos;

  /** One event loop. Any thread. */
  interface Worker {
    /** What was measured since its start. */
    Worked worked();

    /** Heartbeats read since its start. */
    long heartbeats();

    /** Heartbeats that its streams have promised for each second, by the times they were told. */
    double dueInSecond();

    /** The same by the times they were granted, as if none was told of longer ones. */
    double grantedInSecond();

    /** All messages read and calls begun since its start, in heartbeats. */
    long work();
  }

  /**
   * A sample of an event loop's time.
   *
   * @param busyNanos of it that it did not wait for the network
   * @param nanos all of it
   */
  record Worked(long busyNanos, long nanos) {
    static final Worked NOTHING = new Worked(0, 0);

    /**
     * Where no pass that is measured has ended since, passes are long: an event loop that waits
     * makes one each 10 ms at the least, with its tick.
     */
    double shareSince(Worked earlier) {
      long elapsed = nanos - earlier.nanos;
      return elapsed == 0 ? 1 : (double) (busyNanos - earlier.busyNanos) / elapsed;
    }
  }

  /** What an event loop had counted when it was looked at. */
  private record Seen(Worked worked, long heartbeats, long work) {
    static Seen of(Worker worker) {
      return new Seen(worker.worked(), worker.heartbeats(), worker.work());
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
    this.before = workers.stream().map(Seen::of).toArray(Seen[]::new);
    this.lookedNanos = nowNanos;
  }

  /** Looks again, after more than no time. */
  Load look(long nowNanos) {
    double seconds = (nowNanos - lookedNanos) / 1e9;
    lookedNanos = nowNanos;
    double busiest = 0;
    double counted = 0;
    double all = 0;
    double due = 0;
    double granted = 0;
    double demand = 0;
    for (int i = 0; i < before.length; i++) {
      Worker worker = workers.get(i);
      Seen now = Seen.of(worker);
      Seen then = before[i];
      before[i] = now;
      double read = now.heartbeats - then.heartbeats;
      double ours = Math.min(read, BUNCHING * worker.dueInSecond() * seconds);
      double work = now.work - then.work;
      double worked = now.worked.shareSince(then.worked);
      double busy = worked * share(ours, work);
      demand = Math.max(demand, demand(worker, worked, work / seconds));
      busiest = Math.max(busiest, Math.min(busy, ours / seconds * LONGEST_HEARTBEAT_SECONDS));
      counted += ours;
      all += work;
      due += worker.dueInSecond();
      granted += worker.grantedInSecond();
    }
    long pausedSince = door.pausedNanos() - pausedNanos;
    pausedNanos += pausedSince;
    double pausedShare = pausedSince / 1e9 / seconds;
    double paused = pausedShare * share(counted, all);
    return new Load(busiest, paused, counted / seconds, due, granted, demand);
  }

  /**
   * How many times what it can read was granted, where more is due than that; else 0.
   *
   * <p>What it can read is what it did read, as if it had not waited at all. A call is counted as
   * so many heartbeats, so a crowd that registers takes nothing off: it passes.
   */
  private static double demand(Worker worker, double worked, double workPerSecond) {
    if (Math.min(worked, workPerSecond * LONGEST_HEARTBEAT_SECONDS) < FULL_SHARE) {
      return 0;
    }
    double capacity = workPerSecond / worked;
    return worker.dueInSecond() > capacity ? worker.grantedInSecond() / capacity : 0;
  }

  private static double share(double part, double whole) {
    return whole == 0 ? 0 : Math.min(1, part / whole); // the two are read one after the other
  }
}
