package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for the work behind one stream. It knows when each worker really stood still.
 *
 * <p>Who stands is shown as DEGRADED by stall_after and one interval, as soon as the heartbeat that
 * shows it is read: its standing begins to count with the heartbeat before the first that shows it,
 * or one interval before that. Who works is not, and a standstill of less than stall_after - one
 * interval does no harm.
 */
final class WorkOracle {
  private final SimulatedWorld world;
  private final ServerStream stream;
  private @Nullable SentHeartbeat last;
  private long lastAwake;
  private boolean wasServing;
  private Status reported;
  private long read;
  private long[] standsSince = {};
  private long[] standsSinceAwake = {};
  private boolean[] stood = {};

  WorkOracle(SimulatedWorld world, ServerStream stream) {
    this.world = world;
    this.stream = stream;
    this.reported = stream.registration().status();
  }

  /** The pulse has taken a heartbeat. */
  void onHeartbeat(SentHeartbeat next, SimulatedReader reader) {
    if (world.oracle().looksAtRolesOnly()) {
      return;
    }
    reported = next.status() == null ? reported : next.status();
    boolean serving = reported == Status.SERVING;
    long awake = world.server().nanos() - reader.clock().pausedNanos();
    SentHeartbeat before = last;
    boolean goesOn = before != null && serving && wasServing;
    boolean due = look(next, before, awake, goesOn);
    boolean moves = goesOn && allMoved(before, next);
    last = next;
    lastAwake = awake;
    wasServing = serving;
    long mine = ++read;
    if (due || moves) {
      Status expected = due ? Status.DEGRADED : Status.SERVING;
      world.timeline().after(Lateness.BOUND, () -> check(mine, expected));
    }
  }

  /** The instance is shown as DEGRADED, and was not. */
  void onDegraded() {
    SentHeartbeat newest = last;
    boolean stands =
        newest != null
            && newest.work().stream()
                .anyMatch(
                    one ->
                        one.stillNanos() + stream.intervalNanos() >= one.rule().stallAfterNanos());
    if (reported == Status.SERVING && !stands) {
      throw new Violation("who works is not called stuck", stream.life() + " at " + newest);
    }
  }

  /** Whether one of them must be shown as stuck now. */
  private boolean look(
      SentHeartbeat next, @Nullable SentHeartbeat before, long awake, boolean goesOn) {
    List<Worker.Report> work = next.work();
    if (before == null) {
      standsSince = new long[work.size()];
      standsSinceAwake = new long[work.size()];
      stood = new boolean[work.size()];
    }
    boolean due = false;
    for (int i = 0; i < work.size(); i++) {
      boolean stands = work.get(i).stands() && reported == Status.SERVING;
      boolean sameStand = stood[i] && before != null && isSame(before.work().get(i), work.get(i));
      if (!sameStand || !goesOn) {
        long gap = goesOn && before != null ? next.sentNanos() - before.sentNanos() : 0;
        standsSince[i] = next.sentNanos() - Math.min(gap, stream.intervalNanos());
        standsSinceAwake[i] =
            awake - (goesOn ? Math.min(awake - lastAwake, stream.intervalNanos()) : 0);
      }
      stood[i] = stands;
      long standing = Math.min(next.sentNanos() - standsSince[i], awake - standsSinceAwake[i]);
      due |= sameStand && goesOn && stands && standing > work.get(i).rule().stallAfterNanos();
    }
    return due;
  }

  private static boolean isSame(Worker.Report one, Worker.Report later) {
    return one.value() == later.value();
  }

  private static boolean allMoved(@Nullable SentHeartbeat before, SentHeartbeat next) {
    for (int i = 0; i < next.work().size(); i++) {
      if (before == null || isSame(before.work().get(i), next.work().get(i))) {
        return false;
      }
    }
    return !next.work().isEmpty();
  }

  /** What the newest heartbeat showed is shown, if the loop had the time. */
  private void check(long mine, Status expected) {
    Life life = stream.life();
    if (mine != read || life == null || !life.isLive() || life.party != stream) {
      return; // a later one is looked at, or there is nothing to look at any more
    }
    if (world.oracle().wasDisturbed()) {
      return;
    }
    if (life.entry.status() != expected) {
      throw new Violation(
          expected == Status.DEGRADED
              ? "who is stuck is shown so"
              : "who works is not called stuck",
          life + " is shown as " + life.entry.status());
    }
    world.oracle().onWorkChecked(expected == Status.DEGRADED);
  }
}
