package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Reader;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An event loop: it reads what its sockets hold as soon as it comes, unless it is paused. A pass is
 * one instant, so two of them end after a ticket when two more are counted.
 */
final class SimulatedReader implements Reader {
  private static final long NUDGED_PASS = 100_000;

  private final SimulatedServer server;
  private final AwakeClock clock;
  private final Deque<Runnable> unread = new ArrayDeque<>();
  private final PauseLog pauses = new PauseLog();
  private long passes;
  private boolean nudged;

  SimulatedReader(SimulatedServer server, long nowNanos) {
    this.server = server;
    this.clock = new AwakeClock(nowNanos);
  }

  @Override
  public AwakeClock clock() {
    return clock;
  }

  @Override
  public long ticket() {
    return passes + 2;
  }

  @Override
  public boolean passed(long ticket) {
    return passes >= ticket;
  }

  @Override
  public void nudge() {
    if (nudged || pauses.isPaused()) {
      return;
    }
    nudged = true;
    server.hurry();
    server.timeline().after(NUDGED_PASS, this::pass);
    server
        .timeline()
        .after(
            2 * NUDGED_PASS,
            () -> {
              nudged = false;
              pass();
            });
  }

  PauseLog pauses() {
    return pauses;
  }

  /** Runs on this event loop: now, or when its pause is over. */
  void execute(Runnable action) {
    if (pauses.isPaused()) {
      unread.add(action);
    } else {
      action.run();
    }
  }

  /** A round of the event loop that found nothing to read. */
  void round(long nowNanos) {
    if (!pauses.isPaused()) {
      clock.tick(nowNanos);
      passes++;
    }
  }

  void pause(long now) {
    pauses.begin(now);
  }

  /** The pause is over: reads first or ticks first, as it comes. */
  void awaken(long now, long nowNanos, boolean tickFirst) {
    pauses.end(now);
    if (pauses.isPaused()) {
      return; // another pause began in this one and lasts longer
    }
    if (tickFirst) {
      clock.tick(nowNanos);
    }
    while (!unread.isEmpty()) {
      unread.remove().run();
    }
    clock.tick(nowNanos);
    passes++;
  }

  private void pass() {
    if (!pauses.isPaused()) {
      passes++;
    }
  }
}
