package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.State;
import org.jspecify.annotations.Nullable;

/** What must hold for questions about suspects and for the answers to them. */
final class ProbeOracle {
  private long proven;
  private long late;
  private long reachable;

  /** A suspect answered on its stream. */
  void onAnswer(ServerStream stream, boolean renews, boolean tooLate) {
    if (renews == tooLate) {
      throw new Violation(
          "an answer renews within its time", stream.life() + (tooLate ? " late" : " in time"));
    }
    late += tooLate ? 1 : 0;
    if (renews) {
      stream.onSignOfLife();
    }
  }

  /** The loop has read what came of asking. */
  void onDrained(@Nullable Life life, Entry before, Command.Probed told, boolean byPeer) {
    if (life == null || !told.suspicion().isOf(before)) {
      return;
    }
    boolean own =
        !byPeer
            && told.answer() != null
            && life.lossCounted == null
            && life.party instanceof ServerStream stream
            && stream.isOf(told.answer());
    State expected = own ? State.ALIVE : State.SUSPECT;
    if (life.entry.state() != expected) {
      throw new Violation("only its own answer ends a suspicion", life + " after " + told.probe());
    }
    proven += own ? 1 : 0;
    reachable += told.probe().outcome() == Probe.Outcome.REACHABLE ? 1 : 0;
  }

  /** Suspicions that a suspect's own answer ended. */
  long proven() {
    return proven;
  }

  /** Answers that came too late. */
  long late() {
    return late;
  }

  /** Suspects that others reached: their path, or their process, but not their machine. */
  long reachable() {
    return reachable;
  }
}
