package io.pulsewatch.server.metrics;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.watch.Tally;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the liveness loop counts: verdicts that proved false, and how long the ledger takes.
 *
 * <p>Written by the loop; read by any thread.
 */
public final class LoopMeter {
  private final Tally<Cause> falseVerdicts = new Tally<>(Cause.class);
  private final Spread commits = new Spread();

  /** Proposed and not yet committed, oldest first; as many turns as the ledger has under way. */
  private final Deque<Turn> open = new ArrayDeque<>();

  /** The changes that one turn proposed. Confined to the loop. */
  private static final class Turn {
    private final long nanos;
    private int changes;

    Turn(long nanos) {
      this.nanos = nanos;
    }
  }

  /** A change went to the ledger, in the turn that began then. */
  public void onProposed(long turnNanos) {
    Turn last = open.peekLast();
    if (last == null || last.nanos != turnNanos) {
      last = new Turn(turnNanos);
      open.addLast(last);
    }
    last.changes++;
  }

  /** So many came back, in the order in which they went. */
  public void onCommitted(int changes, long nowNanos) {
    int left = changes;
    while (left > 0) {
      Turn first = open.peekFirst();
      if (first == null) {
        return; // not proposed here: the ledger had kept them
      }
      int done = Math.min(left, first.changes);
      commits.add(nowNanos - first.nanos, done);
      first.changes -= done;
      left -= done;
      if (first.changes == 0) {
        open.removeFirst();
      }
    }
  }

  /** Somebody who was declared dead for this was heard again. */
  public void onFalseVerdict(Cause verdict) {
    falseVerdicts.add(verdict, 1);
  }

  long falseVerdicts(Cause verdict) {
    return falseVerdicts.get(verdict);
  }

  Spread commits() {
    return commits;
  }
}
