package io.pulsewatch.cli.replay;

import io.pulsewatch.server.detector.Detector;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one detector over one trace and counts by its transitions. Immutable.
 *
 * <p>After heartbeat l, which arrived at A_l, the detector says after which silence doubt is due:
 * at tau_l. Then, with the next arrival A_(l+1):
 *
 * <ul>
 *   <li>it trusts after A_l if tau_l is later than A_l, or if it trusted before: then doubt is due
 *       at once;
 *   <li>a mistake (S-transition) happens at tau_l if it trusts and A_(l+1) is later than tau_l; it
 *       ends (T-transition) at the first arrival after which it trusts again. Heartbeats of a
 *       backlog that leave it suspicious are no further mistakes;
 *   <li>a crash right after heartbeat l was sent is found at max(tau_l, A_l): no crash has to be
 *       simulated, and the mean over l is the mean over crashes right after a heartbeat. One at a
 *       random time is found half an interval sooner.
 * </ul>
 *
 * <p>The trace is alive to its end, where an open mistake is cut off. The warm-up teaches the
 * detector and is not counted.
 */
public final class Meter {
  private final int blockBeats;

  /**
   * @param blockBeats heartbeats of a block
   */
  public Meter(int blockBeats) {
    this.blockBeats = blockBeats;
  }

  /**
   * Counts, block by block. A mistake is counted in the block in which it began; each block has the
   * part of its length that fell into it.
   *
   * @param warmUp heartbeats at the beginning that are not counted
   * @param detector new, for this trace
   * @param learning what it makes of a heartbeat that ends a suspicion
   */
  public List<Tally> blocks(Trace trace, int warmUp, Detector detector, Learning learning) {
    List<Tally> blocks = new ArrayList<>();
    Run run = new Run(trace, detector, learning);
    int last = trace.size() - 1;
    for (int i = 0; i < Math.min(warmUp, last); i++) {
      run.step(i);
    }
    run.forget();
    for (int i = warmUp; i < last; i++) {
      run.step(i);
      if (run.beats == blockBeats || i == last - 1) {
        blocks.add(run.tally());
      }
    }
    return List.copyOf(blocks);
  }

  /** What a detector makes of the silence before a heartbeat that ends a suspicion. */
  public enum Learning {
    /** What its own rule makes of it: as the server does. */
    BY_ITS_RULE,
    /** It learns from every silence, whatever its rule. */
    ALWAYS,
    /** It is not told of it, whatever its rule. */
    NOT_FROM_SUSPICIONS
  }

  /** One pass over a trace. Confined to one thread. */
  private static final class Run {
    private final Trace trace;
    private final Detector detector;
    private final Learning learning;
    private boolean trusts;
    private boolean mistaken;
    private int beats;
    private double detectionNanos;
    private int mistakes;
    private double mistakeNanos;
    private double trustedNanos;
    private double watchedNanos;

    Run(Trace trace, Detector detector, Learning learning) {
      this.trace = trace;
      this.detector = detector;
      this.learning = learning;
    }

    /** Takes heartbeat i and watches the gap after it. */
    void step(int i) {
      long arrival = trace.arrivalNanos(i);
      long silence = Math.max(0, learn(i, arrival));
      long gap = trace.arrivalNanos(i + 1) - arrival;
      beats++;
      detectionNanos += arrival - trace.sentNanos(i) + silence;
      watchedNanos += gap;
      if (silence > 0) {
        trusts = true;
        mistaken = false;
      }
      if (trusts) {
        watchTrusting(silence, gap);
      } else if (mistaken) {
        mistakeNanos += gap;
      }
    }

    private void watchTrusting(long silence, long gap) {
      trustedNanos += Math.min(gap, silence);
      if (gap > silence) {
        trusts = false;
        mistaken = true;
        mistakes++;
        mistakeNanos += gap - silence;
      }
    }

    private long learn(int i, long arrival) {
      if (i == 0) {
        return detector.onHeartbeat(1, arrival);
      }
      if (trusts) {
        return detector.onHeartbeat(trace.slots(i), arrival);
      }
      return switch (learning) {
        case BY_ITS_RULE -> detector.onDoubted(trace.slots(i), arrival);
        case ALWAYS -> detector.onHeartbeat(trace.slots(i), arrival);
        case NOT_FROM_SUSPICIONS -> detector.onUnrecorded(trace.slots(i), arrival);
      };
    }

    /** What was counted since the last time. */
    Tally tally() {
      Tally tally =
          new Tally(beats, detectionNanos, mistakes, mistakeNanos, trustedNanos, watchedNanos);
      forget();
      return tally;
    }

    /** Counts afresh; what the detector has learnt, and what it thinks, stays. */
    void forget() {
      beats = 0;
      detectionNanos = 0;
      mistakes = 0;
      mistakeNanos = 0;
      trustedNanos = 0;
      watchedNanos = 0;
    }
  }
}
