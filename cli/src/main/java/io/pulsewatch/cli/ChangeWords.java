package io.pulsewatch.cli;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Previous;
import io.pulsewatch.v1.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A change as people say it. Immutable. */
final class ChangeWords {

  /** Every timer is a little late; what nobody acts on is left to JSON. */
  private static final Duration NOTEWORTHY = Duration.ofMillis(10);

  private ChangeWords() {}

  /**
   * From what to what: {@code ALIVE -> SUSPECT}, {@code ALIVE: SERVING -> DRAINING}, or {@code
   * ALIVE: holds writer}.
   */
  static String step(Change change) {
    Instance after = change.getInstance();
    String state = Words.of(after.getState());
    if (change.getCause() == Cause.CAUSE_REMOVED) {
      return state + " -> removed";
    }
    if (!change.hasPrevious()) {
      return "new -> " + state;
    }
    Previous before = change.getPrevious();
    if (before.getState() != after.getState()) {
      return Words.of(before.getState()) + " -> " + state;
    }
    if (change.getCause() == Cause.CAUSE_OVERRIDE
        || change.getCause() == Cause.CAUSE_OVERRIDE_EXPIRED) {
      return state
          + ": "
          + (after.hasOverride() ? Words.of(after.getOverride().getKind()) : "no override");
    }
    if (change.getCause() == Cause.CAUSE_ROLE_GRANTED
        || change.getCause() == Cause.CAUSE_ROLE_LOST) {
      return state + ": " + (after.getRolesCount() == 0 ? "no role" : "holds " + names(after));
    }
    if (before.getStatus() != after.getStatus()) {
      return state + ": " + Words.of(before.getStatus()) + " -> " + Words.of(after.getStatus());
    }
    return state + " -> " + state;
  }

  private static String names(Instance holder) {
    return String.join(", ", holder.getRolesList().stream().map(Role::getName).toList());
  }

  /** What the server knew when it decided, and what else a reader of the line should know. */
  static String evidence(Change change) {
    Instance after = change.getInstance();
    Evidence evidence = change.getEvidence();
    List<String> words = new ArrayList<>();
    if (tells(change.getCause())) {
      addTimes(words, evidence, Spans.of(after.getTimeout()));
    }
    if (change.getCause() == Cause.CAUSE_OVERRIDE && !after.getOverride().getReason().isEmpty()) {
      words.add(after.getOverride().getReason());
    }
    if (change.getProvisional()) {
      words.add("provisional");
    }
    if (change.getLeftView()) {
      words.add("no longer matches");
    }
    return String.join(", ", words);
  }

  private static void addTimes(List<String> words, Evidence evidence, Duration timeout) {
    if (evidence.hasSilence()) {
      words.add(
          "silence "
              + Spans.measured(Spans.of(evidence.getSilence()))
              + " of "
              + Spans.exact(timeout));
    }
    if (!evidence.getLeaveReason().isEmpty()) {
      words.add(evidence.getLeaveReason());
    }
    if (!evidence.getTransportError().isEmpty()) {
      words.add(evidence.getTransportError());
    }
    if (evidence.getSkipped() > 0) {
      words.add("sender skipped " + evidence.getSkipped());
    }
    addSpan(words, "sender late ", evidence.getSenderLate());
    addSpan(words, "server paused ", evidence.getServerPause());
    addSpan(words, "overdue ", evidence.getOverdue());
  }

  /** Nobody doubts who has just spoken: times say something of suspicions and verdicts only. */
  private static boolean tells(Cause cause) {
    return switch (cause) {
      case CAUSE_SILENCE,
          CAUSE_STREAM_LOST,
          CAUSE_RESUMED,
          CAUSE_RECOVERED,
          CAUSE_HOLD_EXPIRED,
          CAUSE_NODE_LOST,
          CAUSE_SUPERSEDED ->
          true;
      case CAUSE_UNSPECIFIED,
          CAUSE_REGISTERED,
          CAUSE_REPORTED,
          CAUSE_STREAM_CLOSED,
          CAUSE_LEAVE,
          CAUSE_OVERRIDE,
          CAUSE_OVERRIDE_EXPIRED,
          CAUSE_PROGRESS_STALLED,
          CAUSE_AUTH_EXPIRED,
          CAUSE_NODE_CHANGED,
          CAUSE_ROLE_GRANTED,
          CAUSE_ROLE_LOST,
          CAUSE_REMOVED,
          UNRECOGNIZED ->
          false;
    };
  }

  private static void addSpan(List<String> words, String what, com.google.protobuf.Duration proto) {
    Duration span = Spans.of(proto);
    if (span.compareTo(NOTEWORTHY) >= 0) {
      words.add(what + Spans.measured(span));
    }
  }
}
