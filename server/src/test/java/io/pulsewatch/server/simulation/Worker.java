package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Progress;

/** The work behind a sender: one counter, which moves unless something stands in its way. */
final class Worker {
  /** So often the counter moves in an interval. */
  private static final int MOVES = 4;

  private final Progress.Rule rule;
  private final ClientClock clock;
  private final long stepNanos;
  private long worked;
  private long sinceNanos;
  private long movedAt;
  private int obstacles;

  Worker(Progress.Rule rule, ClientClock clock, long intervalNanos) {
    this.rule = rule;
    this.clock = clock;
    this.stepNanos = intervalNanos / MOVES;
    this.sinceNanos = clock.now();
    this.movedAt = sinceNanos;
  }

  /** It stands still until {@link #goOn} was called as often. */
  void stand() {
    if (obstacles++ == 0) {
      movedAt = movedAt();
      worked += clock.now() - sinceNanos;
      sinceNanos = clock.now();
    }
  }

  void goOn() {
    if (--obstacles == 0) {
      sinceNanos = clock.now();
    }
  }

  /** What the next heartbeat says of it, and the truth. */
  Report report() {
    long now = clock.now();
    boolean stands = obstacles > 0;
    long value = (worked + (stands ? 0 : now - sinceNanos)) / stepNanos;
    return new Report(rule, value, stands, now - movedAt());
  }

  /** When the counter moved last. */
  private long movedAt() {
    long now = clock.now();
    long all = worked + now - sinceNanos;
    boolean moved = obstacles == 0 && all / stepNanos > worked / stepNanos;
    return moved ? now - all % stepNanos : movedAt;
  }

  /**
   * A counter in a heartbeat.
   *
   * @param stands whether something stood in the worker's way when it was sent
   * @param stillNanos for how long it had been the same then
   */
  record Report(Progress.Rule rule, long value, boolean stands, long stillNanos) {}
}
