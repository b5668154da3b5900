package io.pulsewatch.server.simulation;

import static java.util.stream.Collectors.toMap;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.State;
import java.util.Map;

/** A bug that the world plants at a seam of the kernel, to see that it is found. */
enum Fault {
  NONE(""),
  /** Mail is handed over only after the deadlines were looked at. */
  EXPIRE_BEFORE_DRAIN("what arrived counts first"),
  /** Mail with a name keeps its verdict waiting, whenever it came. */
  EACH_LETTER_RESTARTS_THE_LOOK("everyone silent is DEAD in time"),
  /** All heartbeats are stamped as if they had arrived half an interval earlier. */
  DOUBTED_TOO_SOON("nobody is doubted too soon"),
  /** A heartbeat is stamped as if it had arrived earlier than the one before it. */
  DEADLINE_MOVED_BACK("not DEAD before its time"),
  /** Clocks are ticked finely after a pause, so that nobody sees it. */
  PAUSE_IGNORED("not DEAD before its time"),
  /** The machine slept, and the kernel is not told. */
  SLEEP_NOT_NOTICED("not DEAD before its time"),
  /** A token of an incarnation that is over opens the session of its successor. */
  OLD_TOKEN_ACCEPTED("an old token opens nothing"),
  /** Counters are lost on their way to the kernel after the first. */
  COUNTERS_LOST("who works is not called stuck"),
  /** Counters that stand still seem to move. */
  STALL_HIDDEN("who is stuck is shown so"),
  /** Questions have no end. */
  LATE_ANSWER_RENEWS("an answer renews within its time"),
  /** What somebody else sees of a suspect is taken for its own answer. */
  PEERS_WORD_COUNTS("only its own answer ends a suspicion"),
  /** Each look at an endpoint is three. */
  ASKED_TOO_OFTEN("nobody is asked too often"),
  /** A sender is told of longer intervals, and its detector is not. */
  DETECTOR_NOT_STRETCHED("nobody is doubted too soon"),
  /** Senders who are told of longer times are told to believe in themselves by a step more. */
  STRETCHED_AHEAD("the client is first"),
  /** The kernel is not told that everybody is sent away. */
  DRAIN_NOT_TOLD("nobody is DEAD for a drain"),
  /** The kernel is not told that everybody is taken again. */
  DRAIN_NEVER_OVER("everyone silent is DEAD in time"),
  /** A watcher that fell behind is not told that it starts over. */
  OVERFLOW_NOT_TOLD("no silent gap"),
  /** A role passes on when its holder is SUSPECT. */
  ROLE_PASSES_AT_SUSPECT("one holder"),
  /** A role is taken, and passes on before its holder has confirmed. */
  ROLE_PASSES_UNCONFIRMED("one holder"),
  /** Who is superseded has left: what it held passes on at once. */
  SUPERSEDED_HAS_LEFT("one holder"),
  /** Acks list what was taken away. */
  STALE_ROLES_LISTED("one holder"),
  /** What was held is held once more. */
  HELD_TWICE("everyone silent is DEAD in time"),
  /** What was held is held for longer than anybody looks. */
  NEVER_RELEASED("everyone silent is DEAD in time"),
  /** SUSPECT waits half an interval, too. */
  SUSPECT_HELD("SUSPECT is never held"),
  /** The server says that it judges as ever. */
  PRESERVATION_NOT_TOLD("everyone silent is DEAD in time");

  private final String invariant;

  Fault(String invariant) {
    this.invariant = invariant;
  }

  /** For how long a decision of the kernel is kept back. */
  long withheldNanos(Draft decision) {
    Entry after = decision.after();
    long interval = after.times().intervalNanos();
    boolean bySilence = decision.cause() == Cause.SILENCE;
    boolean held =
        bySilence && after.state() == State.DEAD && decision.evidence().overdueNanos() >= interval;
    return switch (this) {
      case HELD_TWICE -> held ? 2 * interval : 0;
      case NEVER_RELEASED -> held ? 1_000 * interval : 0;
      case SUSPECT_HELD -> bySilence && after.state() == State.SUSPECT ? interval / 2 : 0;
      default -> 0;
    };
  }

  /** Worlds of the other faults are as they were without roles, whose turns differ. */
  boolean leavesRoles() {
    return this == NONE || invariant.equals("one holder");
  }

  /** What was decided of this life makes its role pass on. */
  void onDecision(Life life, State next, Cause cause) {
    boolean passes =
        (this == ROLE_PASSES_AT_SUSPECT && next == State.SUSPECT)
            || (this == ROLE_PASSES_UNCONFIRMED && cause == Cause.ROLE_LOST);
    if (passes && life.party instanceof ServerStream stream) {
      stream.giveUpForIt();
    }
  }

  /** What the server tells of how it judges. */
  DetectorMode told(DetectorMode mode) {
    return this == PRESERVATION_NOT_TOLD && mode == DetectorMode.PRESERVATION
        ? DetectorMode.NORMAL
        : mode;
  }

  /** The counters that the kernel is told of. */
  Map<String, Long> told(SentHeartbeat sent) {
    Map<String, Long> counters = sent.counters();
    return switch (this) {
      case COUNTERS_LOST -> counters.entrySet().stream().collect(toMap(Map.Entry::getKey, c -> 0L));
      case STALL_HIDDEN ->
          counters.entrySet().stream().collect(toMap(Map.Entry::getKey, c -> sent.sequence()));
      default -> counters;
    };
  }

  /** The invariant that this fault breaks. */
  String invariant() {
    return invariant;
  }
}
