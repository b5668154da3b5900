package io.pulsewatch.server.liveness;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the work behind a sender goes on: counters that must move while it says SERVING.
 *
 * <p>It finds the gray failure that heartbeats alone hide: a worker that is stuck behind a sender
 * thread that is not.
 *
 * <p>Confined to the thread that reads its stream; for unary beats, to the loop.
 */
public final class Progress {
  // A heartbeat that brings another value than the one before says that the counter moved since
  // then, and not when. A stall is therefore counted from the heartbeat before the last movement
  // was seen, or from one interval before where that is nearer: a stuck worker is then found by
  // stall_after + one interval at the latest, and one that moves again after less than
  // stall_after - interval is never accused. A stall_after below the interval counts as the
  // interval:
  // who looks once an interval sees no more.
  //
  // What counts is our awake time or the sender's clock, whichever says less: neither a pause of
  // ours nor a slow path may stall a worker. What is stalled stays so until it moves.

  /** Rules of one instance; each has one bit of an int. */
  public static final int MAX_RULES = 16;

  private final List<Rule> rules;
  private long intervalNanos;
  private final long[] values;
  private final boolean[] seen;
  private final boolean[] moved;
  private final long[] sinceAwake;
  private final long[] sinceSent;
  private long lastAwake;
  private long lastSent;
  private boolean counting;
  private int stalled;

  /**
   * One promise.
   *
   * @param counter which counter
   * @param stallAfterNanos how long it may stand still
   */
  public record Rule(String counter, long stallAfterNanos) {}

  /**
   * Begins to watch.
   *
   * @param rules at most {@link #MAX_RULES}, each for another counter
   * @param intervalNanos gap between heartbeats
   */
  public Progress(List<Rule> rules, long intervalNanos) {
    if (rules.size() > MAX_RULES) {
      throw new IllegalArgumentException("rules: " + rules.size() + " (expected: <= 16)");
    }
    this.rules = List.copyOf(rules);
    this.intervalNanos = intervalNanos;
    int count = rules.size();
    values = new long[count];
    seen = new boolean[count];
    moved = new boolean[count];
    sinceAwake = new long[count];
    sinceSent = new long[count];
  }

  /** Goes on where an earlier process stopped: what stood still does so until it moves. */
  static Progress recalled(KeptProgress kept, long intervalNanos) {
    Progress progress = new Progress(kept.rules(), intervalNanos);
    progress.continueFrom(kept.stalled());
    progress.take(kept.values());
    return progress;
  }

  /** What a process to come has to know of it. */
  KeptProgress kept() {
    Map<String, Long> still = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (isStalled(i) && seen[i]) {
        still.put(rules.get(i).counter(), values[i]);
      }
    }
    return new KeptProgress(rules, stalled, still);
  }

  List<Rule> rules() {
    return rules;
  }

  /** Heartbeats come with this gap from now on. */
  void expect(long gapNanos) {
    intervalNanos = gapNanos;
  }

  /** Goes on for another stream of the same session: what was stalled is so until it moves. */
  void continueFrom(int stalledBefore) {
    stalled = stalledBefore;
  }

  boolean hasRulesOf(Progress other) {
    return rules.equals(other.rules);
  }

  /** The same rules, from the start. */
  Progress afresh() {
    return new Progress(rules, intervalNanos);
  }

  /** Takes the counters that a heartbeat brings; one that it leaves out stands still. */
  public void take(Map<String, Long> counters) {
    for (int i = 0; i < values.length; i++) {
      Long value = counters.get(rules.get(i).counter());
      if (value != null) {
        take(i, value);
      }
    }
  }

  /** Takes what another one was brought. */
  void takeFrom(Progress later) {
    for (int i = 0; i < values.length; i++) {
      if (later.seen[i]) {
        take(i, later.values[i]);
      }
    }
  }

  private void take(int rule, long value) {
    // The first value of a stream says nothing about a worker that was stuck before.
    moved[rule] |= seen[rule] ? value != values[rule] : !isStalled(rule);
    seen[rule] = true;
    values[rule] = value;
  }

  /**
   * Looks, once for each heartbeat and after {@link #take}.
   *
   * @param serving whether the sender says SERVING: else nothing has to move
   * @param awakeNanos our awake time
   * @param sentNanos the sender's clock; 0 where it does not tell
   * @return the rules whose counters stand still, as bits
   */
  int look(boolean serving, long awakeNanos, long sentNanos) {
    boolean goesOn = serving && counting;
    for (int i = 0; i < values.length; i++) {
      if (!serving || moved[i] || !(goesOn || isStalled(i))) {
        long before = goesOn ? Math.min(awakeNanos - lastAwake, intervalNanos) : 0;
        long beforeSent = goesOn ? Math.min(sentNanos - lastSent, intervalNanos) : 0;
        sinceAwake[i] = awakeNanos - before;
        sinceSent[i] = sentNanos - beforeSent;
        stalled &= ~(1 << i);
      } else if (hasStoodStill(i, awakeNanos, sentNanos)) {
        stalled |= 1 << i;
      }
      moved[i] = false;
    }
    counting = serving;
    lastAwake = awakeNanos;
    lastSent = sentNanos;
    return stalled;
  }

  /** What {@link #look} said last. */
  int stalled() {
    return stalled;
  }

  private boolean isStalled(int rule) {
    return (stalled & 1 << rule) != 0;
  }

  private boolean hasStoodStill(int rule, long awakeNanos, long sentNanos) {
    long byUs = awakeNanos - sinceAwake[rule];
    long bySender = sentNanos == 0 ? byUs : sentNanos - sinceSent[rule];
    return isStalled(rule) || Math.min(byUs, bySender) > rules.get(rule).stallAfterNanos();
  }
}
