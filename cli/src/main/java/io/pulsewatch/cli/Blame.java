package io.pulsewatch.cli;

import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Probe;
import io.pulsewatch.v1.ProbeOutcome;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Why a change came about, in sentences that say whose fault it was: what happened first, then what
 * else the evidence tells. Immutable.
 */
final class Blame {
  /** Every timer is a little late; what nobody acts on is left to JSON. */
  private static final Duration NOTEWORTHY = Duration.ofMillis(10);

  private final Change change;
  private final Instance after;
  private final Evidence evidence;
  private final List<String> sentences = new ArrayList<>();

  private Blame(Change change) {
    this.change = change;
    this.after = change.getInstance();
    this.evidence = change.getEvidence();
  }

  /** At least one sentence. */
  static List<String> of(Change change) {
    Blame blame = new Blame(change);
    blame.tell();
    if (change.getProvisional()) {
      blame.say("Told ahead of a slow disk: a crash of the server may take it back.");
    }
    return List.copyOf(blame.sentences);
  }

  private void tell() {
    switch (change.getCause()) {
      case CAUSE_REGISTERED -> say("It registered.");
      case CAUSE_RESUMED -> tellResumed();
      case CAUSE_RECOVERED -> tellRecovered();
      case CAUSE_REPORTED -> say("It said so itself.");
      case CAUSE_SILENCE -> tellSilence();
      case CAUSE_STREAM_LOST -> tellLost();
      case CAUSE_STREAM_CLOSED -> say("It closed its stream, which is a goodbye.");
      case CAUSE_LEAVE ->
          say("It said goodbye" + quoted(evidence.getLeaveReason(), ", without a reason") + ".");
      case CAUSE_SUPERSEDED -> tellSuperseded();
      case CAUSE_OVERRIDE -> tellOverride();
      case CAUSE_OVERRIDE_EXPIRED -> say("The operator's override ran out.");
      case CAUSE_PROGRESS_STALLED -> tellProgress();
      case CAUSE_HOLD_EXPIRED -> tellHoldExpired();
      case CAUSE_NODE_LOST -> say("The Pulsewatch node that tracked it was lost.");
      case CAUSE_NODE_CHANGED -> say("Another Pulsewatch node tracks it now.");
      case CAUSE_AUTH_EXPIRED -> say("Its credentials ran out.");
      case CAUSE_ROLE_GRANTED -> say("It was given a role.");
      case CAUSE_ROLE_LOST -> say("It lost a role.");
      case CAUSE_REMOVED -> say("Its entry was removed.");
      case CAUSE_UNSPECIFIED, UNRECOGNIZED -> say("Why, this release cannot say.");
    }
  }

  private void tellSilence() {
    if (evidence.getTransportError().isEmpty()) {
      say(
          "Nothing came for "
              + silence()
              + ", though its stream stayed open: it stopped or hangs, or the path swallows what it"
              + " sends.");
    } else {
      say(
          "Its stream was lost ("
              + evidence.getTransportError()
              + "), and nothing came for "
              + silence()
              + ".");
    }
    tellSuspicion();
    tellContext();
  }

  private void tellLost() {
    String error = evidence.getTransportError();
    String ended = error.isEmpty() ? "was lost" : "was reset or broke (" + error + ")";
    if (after.getState() == State.STATE_DEAD) {
      say("Its stream " + ended + ", and it did not come back in time on another one.");
    } else {
      say("Its stream " + ended + " without a goodbye: it died, or something cut the path.");
    }
    say("It had been silent for " + silence() + ".");
    tellContext();
  }

  private void tellHoldExpired() {
    say("It announced a pause and did not come back from it: silent for " + silence() + ".");
    tellContext();
  }

  private void tellSuperseded() {
    say("Another process registered under its name; it had been silent for " + silence() + ".");
    tellContext();
  }

  private void tellResumed() {
    String error = evidence.getTransportError();
    say(
        error.isEmpty()
            ? "It came back on a new stream, or by a new call, after " + silence() + "."
            : "Its stream was lost ("
                + error
                + "), and it came back on another one after "
                + silence()
                + ": it was cut off, not dead.");
    tellOwnPause();
  }

  private void tellRecovered() {
    String ended =
        " a silence of "
            + Spans.measured(Spans.of(evidence.getSilence()))
            + " (timeout "
            + Spans.exact(Spans.of(after.getTimeout()))
            + ").";
    String last = "#" + Long.toUnsignedString(evidence.getLastSequence());
    if (evidence.hasPlanned()) {
      say("Heartbeat " + last + " ended" + ended);
      sentences.addAll(Shares.of(evidence, Spans.of(after.getInterval())));
    } else if (change.getPrevious().getState() == State.STATE_ALIVE) {
      say("It has settled and may serve again.");
    } else if (answeredWhenAsked()) {
      say("No heartbeat after " + last + ", but it answered when we asked, and ended" + ended);
    } else {
      say("A sign of life ended" + ended);
    }
    tellOwnPause();
    tellJitter();
    tellProbes();
  }

  /** Only its own stream proves that it was itself. */
  private boolean answeredWhenAsked() {
    return evidence.getProbesList().stream()
        .anyMatch(
            probe ->
                !probe.hasEndpoint() && probe.getOutcome() == ProbeOutcome.PROBE_OUTCOME_PROVEN);
  }

  private void tellOverride() {
    say(
        after.hasOverride()
            ? "An operator said so" + quoted(after.getOverride().getReason(), "") + "."
            : "An operator took the override away.");
  }

  private void tellProgress() {
    say(
        after.getStatus() == Status.STATUS_DEGRADED
            ? "It beats, but a counter of its work stands still: a stuck worker behind a live sender."
            : "The counters of its work move again.");
  }

  /** What was known besides, when nobody had ended the silence yet. */
  private void tellContext() {
    if (evidence.getSkipped() > 0) {
      say("It had skipped " + slots(evidence.getSkipped()) + " on this stream.");
    }
    Duration late = Spans.of(evidence.getSenderLate());
    if (isNoteworthy(late)) {
      say(
          "Its last heartbeat was sent "
              + Spans.measured(late)
              + " late already: the sender was starved before it fell silent.");
    }
    tellJitter();
    tellOwnPause();
    Duration overdue = Spans.of(evidence.getOverdue());
    if (isNoteworthy(overdue)) {
      say("We decided " + Spans.measured(overdue) + " after the deadline.");
    }
    tellProbes();
  }

  private void tellSuspicion() {
    if (evidence.getSuspicion() > 0) {
      say(
          String.format(
              Locale.ROOT,
              "That is %.2f times the silence at which it is suspected.",
              evidence.getSuspicion()));
    }
  }

  private void tellJitter() {
    if (evidence.hasJitter()) {
      say(
          "Of late its heartbeats came within about "
              + Spans.measured(Spans.of(evidence.getJitter()))
              + " of the plan.");
    }
  }

  private void tellOwnPause() {
    Duration pause = Spans.of(evidence.getServerPause());
    if (isNoteworthy(pause)) {
      say("We paused for " + Spans.measured(pause) + ", which does not count.");
    }
  }

  private void tellProbes() {
    evidence.getProbesList().forEach(probe -> say(words(probe)));
  }

  private static String words(Probe probe) {
    String took = Spans.measured(Spans.of(probe.getTook()));
    return looked(probe)
        + switch (probe.getOutcome()) {
          case PROBE_OUTCOME_PROVEN ->
              "it lives and proved it in " + took + ", so its heartbeats are late, not its life.";
          case PROBE_OUTCOME_REACHABLE ->
              "something answers there ("
                  + took
                  + "), maybe a successor on the port, maybe a kernel for a process that stands still.";
          case PROBE_OUTCOME_REFUSED ->
              "refused after " + took + ": the machine lives, nobody listens there.";
          case PROBE_OUTCOME_NO_ANSWER -> "no answer within " + took + ".";
          case PROBE_OUTCOME_DECLINED -> "the prober did not look.";
          case PROBE_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "what came of it, nobody said.";
        };
  }

  private static String looked(Probe probe) {
    if (!probe.hasEndpoint()) {
      return "Asked on its own stream: ";
    }
    String by = probe.getBy().equals("server") ? "We" : "Its peer " + probe.getBy();
    return by + " looked at " + Words.of(probe.getEndpoint()) + ": ";
  }

  /** How long, of how much, and since which heartbeat. */
  private String silence() {
    return Spans.measured(Spans.of(evidence.getSilence()))
        + " (timeout "
        + Spans.exact(Spans.of(after.getTimeout()))
        + ", last heard #"
        + Long.toUnsignedString(evidence.getLastSequence())
        + ")";
  }

  private static String slots(long count) {
    return Long.toUnsignedString(count) + (count == 1 ? " slot" : " slots");
  }

  private static String quoted(String text, String otherwise) {
    return text.isEmpty() ? otherwise : ": " + text;
  }

  private static boolean isNoteworthy(Duration span) {
    return span.compareTo(NOTEWORTHY) >= 0;
  }

  private void say(String sentence) {
    sentences.add(sentence);
  }
}
