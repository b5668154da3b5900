package io.pulsewatch.server.liveness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One registration, kept alive by the newest pulse; after its end, the memory of it until
 * retention.
 *
 * <p>Confined to the loop.
 */
final class Session {
  static final long NO_TICKET = -1;

  final InstanceKey key;
  final DeadlineWheel.Timer<Session> timer = new DeadlineWheel.Timer<>(this);

  /** As decided; it may be ahead of what is committed, and its revision is 0 until then. */
  Entry entry;

  Pulse pulse;
  Token token;
  String processId;

  /** Whom to tell; null where the stream is gone, and for beats, which get their answer at once. */
  Answer.@Nullable Caller stream;

  /** Who must have looked at his sockets before a verdict: the stream's reader, else the door. */
  Reader witness;

  /** The witness's ticket while a verdict is due; {@link #NO_TICKET} while none is. */
  long ticket = NO_TICKET;

  /** The verdict that the ticket was drawn for. */
  Judge.Kind due = Judge.Kind.WAIT;

  /** Came by unary beats and never had a stream. */
  boolean byBeat;

  /** The stream was lost, at this awake time of loop and door. */
  boolean lost;

  long lostByLoop;
  long lostByDoor;

  /** Silence when the stream was lost; it goes on by the clocks of loop and door. */
  private long silenceAtLoss;

  /** The loss was read in the wake of a pause of ours. */
  boolean ownFault;

  String transportError = "";

  /** What came of asking, while it is suspected. */
  List<Probe> probes = List.of();

  Session(Entry entry, Pulse pulse, Token token, String processId) {
    this.key = entry.key();
    this.entry = entry;
    this.pulse = pulse;
    this.token = token;
    this.processId = processId;
    this.witness = pulse.reader();
    pulse.session = this;
  }

  boolean isLive() {
    return entry.state().isLive();
  }

  boolean accepts(@Nullable Token presented) {
    return presented != null
        && presented.incarnation() == entry.incarnation()
        && presented.sameSecret(token);
  }

  boolean isSameProcess(String other) {
    return !processId.isEmpty() && processId.equals(other);
  }

  /** A new stream, or a beat, carries the session on. */
  void carryOn(Pulse next, Answer.@Nullable Caller caller, boolean onlyBeats) {
    next.continueFrom(pulse.lastSequence(), entry.status());
    next.session = this;
    pulse.session = null;
    pulse.mark(); // from here on no heartbeat of the old stream is acked
    pulse = next;
    entry.vitals().carryOn(next);
    stream = caller;
    witness = next.reader();
    ticket = NO_TICKET;
    byBeat = onlyBeats;
    lost = false;
    ownFault = false;
    transportError = "";
  }

  /** The stream is gone: from here on it may come back through any reader. */
  void lose(String error, boolean weWerePaused, AwakeClock loop, Door door, long nowNanos) {
    lost = true;
    ownFault = weWerePaused;
    transportError = error;
    silenceAtLoss = pulse.silenceNanos(nowNanos);
    lostByLoop = loop.awake(nowNanos);
    lostByDoor = door.clock().awake(nowNanos);
    witness = door;
    ticket = NO_TICKET;
    stream = null;
  }

  /** Awake time since the loss, by loop and door, whichever is shorter. */
  long lostNanos(AwakeClock loop, Door door, long nowNanos) {
    return lost
        ? Math.min(loop.awake(nowNanos) - lostByLoop, door.clock().awake(nowNanos) - lostByDoor)
        : Judge.NOT_LOST;
  }

  /**
   * Awake silence, by everybody through whom it could have ended: the loop, the stream's reader
   * and, from its loss on, the door.
   */
  long silenceNanos(AwakeClock loop, Door door, long nowNanos) {
    long ofPulse = pulse.silenceNanos(nowNanos);
    return lost ? Math.min(ofPulse, silenceAtLoss + lostNanos(loop, door, nowNanos)) : ofPulse;
  }

  /** What is known at this instant. */
  Evidence evidence(long overdueNanos, long nowNanos) {
    return evidence(pulse.silenceNanos(nowNanos), overdueNanos, nowNanos);
  }

  /** What is known when a heartbeat has just ended a silence. */
  Evidence evidenceOfGap(long gapNanos, long nowNanos) {
    return evidence(gapNanos, 0, nowNanos);
  }

  private Evidence evidence(long silence, long overdueNanos, long nowNanos) {
    return new Evidence(
            silence,
            pulse.lastSequence(),
            pulse.skipped(),
            overdueNanos,
            Math.max(0, nowNanos - pulse.arrivalNanos() - silence),
            pulse.senderLateNanos(),
            (double) silence / entry.times().suspectNanos(),
            transportError,
            "")
        .withProbes(probes);
  }
}
