package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the oracle knows of one incarnation. */
final class Life {
  final InstanceKey key;
  final long incarnation;

  /** As granted, before they were stretched. */
  Times granted;

  final Stretching stretching = new Stretching();

  /** When it was last granted shorter times than before. */
  @Nullable Mark shortened;

  State state = State.ALIVE;

  /** As decided. */
  Entry entry;

  /** Who holds it, and through what. */
  Party party;

  Token token;

  /** The newest sign of life: when it was read at the latest, and when it counted at the latest. */
  Mark heard;

  Mark counted;

  /** When its readers had to look anew: its stream was lost, or mail with its name was left. */
  long lookedAnew = Long.MIN_VALUE / 2;

  /** The pause that its newest heartbeat announced; 0: none. */
  long holdNanos;

  /** When the loss of its stream was read; null while it has one. */
  @Nullable Mark lost;

  /** When that counted at the latest: the loop had read it. Null while it lies in the mail. */
  @Nullable Mark lossCounted;

  /** When a drain was over that found it without a stream; null once it was heard. */
  @Nullable Mark takenAgain;

  Life(Entry entry, Party party, Mark heard) {
    this.key = entry.key();
    this.incarnation = entry.incarnation();
    this.granted = entry.times();
    this.entry = entry;
    this.party = party;
    this.token = party.registration().offered();
    this.heard = heard;
    this.counted = heard;
  }

  /** When we sent it away since it was last heard, and what it gets from then on. */
  final List<Owed> owed = new ArrayList<>();

  /**
   * A wait and a timeout.
   *
   * @param promised since it was told so; else since the kernel knows
   */
  record Owed(Mark since, long nanos, boolean promised) {}

  /**
   * We sent this stream away, if we did.
   *
   * @param promised now; else the kernel knows now
   */
  void owe(Mark since, ServerStream stream, boolean promised) {
    if (stream.putOffNanos() != ServerStream.NOT_PUT_OFF) {
      Times times = promised ? least() : most();
      owed.add(new Owed(since, stream.putOffNanos() + times.timeoutNanos(), promised));
    }
  }

  /** We have sent it away since it was heard, and the kernel knows it for certain. */
  boolean isAway() {
    return owed.stream().anyMatch(each -> !each.promised && each.since.at() > heard.at());
  }

  /** The same, and the kernel may not know it, or have been told first. */
  boolean mayBeAway() {
    return owed.stream().anyMatch(each -> each.since.at() >= heard.at());
  }

  /** We take it again from now on: what it is owed begins now, or its timeout does. */
  void oweAnew(Mark since) {
    long mostOwed = owed.stream().mapToLong(Owed::nanos).max().orElse(0);
    owed.add(new Owed(since, least().timeoutNanos(), true));
    owed.add(new Owed(since, mostOwed, false));
    takenAgain = since;
  }

  /** It has so much time for certain. */
  Times least() {
    return granted.stretched(stretching.least());
  }

  /** It has no more than this. */
  Times most() {
    return granted.stretched(stretching.most());
  }

  /** It is doubted by these. */
  Times told() {
    return granted.stretched(stretching.told());
  }

  boolean isLive() {
    return state.isLive();
  }

  /** True where what was sent away was a sign of this life. */
  boolean isOf(PutOff putOff) {
    Registration mine = party.registration();
    Token shown = putOff.presented();
    boolean byName = party.reader() == null && shown != null && shown.incarnation() == incarnation;
    return token.equals(shown)
        || byName // who comes by beats has as many tokens as it was given
        || (!mine.processId().isEmpty() && mine.processId().equals(putOff.processId()))
        || (party.reader() == null && putOff.byBeat());
  }

  /** True where its loss was death, and had been read before we sent it away. */
  boolean diedOfItsLoss(Owed before) {
    Mark loss = lost;
    return granted.resumeWindowNanos() == 0 && loss != null && loss.at() <= before.since.at();
  }

  /** Whether it may count on the pause that it announced. */
  long heldNanos() {
    return granted.resumeWindowNanos() == 0 && lost != null ? 0 : holdNanos;
  }

  /** True where it may come back through any reader. */
  boolean throughTheDoor() {
    return lost != null || party.reader() == null;
  }

  @Override
  public String toString() {
    Mark loss = lost;
    return key
        + " #"
        + incarnation
        + " "
        + state
        + " heard at "
        + heard.at() / 1e9
        + (loss == null ? "" : ", lost at " + loss.at() / 1e9)
        + (party.reader() == null ? ", by beat, " : ", ")
        + granted
        + " "
        + stretching;
  }
}
