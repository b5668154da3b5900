package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Some instances before {@link Preservation}, which are doubted by hand. Interval 2 s, timeout 6 s,
 * resume window 5 s. Confined to the test's thread.
 */
final class Fleet {
  static final Times TIMES = Rig.TIMES;
  static final long INTERVAL = TIMES.intervalNanos();

  private final Preservation preservation;
  private final List<Neighbourhood> places = new ArrayList<>();
  long now;

  /** Whether the rule holds for silences and for losses alike. */
  enum Kind {
    SILENCE,
    STREAM_LOST
  }

  Fleet(long at) {
    this(new Preservation(true, 100, at), at);
  }

  Fleet(Preservation preservation, long at) {
    this.preservation = preservation;
    this.now = at;
  }

  boolean isOn() {
    return preservation.isOn();
  }

  void join(int count, String zone, String network) {
    join(count, zone, network, TIMES);
  }

  void join(int count, String zone, String network, Times times) {
    for (int i = 0; i < count; i++) {
      places.add(preservation.join(null, in(zone), network, times, now));
    }
  }

  /** It registers anew or resumes, and names no place. */
  void rejoin(int who) {
    rejoin(who, "", "");
  }

  void rejoin(int who, String zone, String network) {
    preservation.join(places.get(who), in(zone), network, TIMES, now);
  }

  private static Details in(String zone) {
    return new Details(List.of(), Map.of(), zone, 0, "");
  }

  /** So many of the fleet, from this place on, at once. */
  void doubt(Kind kind, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (kind == Kind.SILENCE) {
        preservation.onSilence(places.get(i), now);
      } else {
        preservation.onLoss(places.get(i), now);
      }
    }
  }

  void silent(int from, int count) {
    doubt(Kind.SILENCE, from, count);
  }

  void heard(int from, int count) {
    for (int i = from; i < from + count; i++) {
      preservation.onHeard(places.get(i), now);
    }
  }

  void ended(int from, int count) {
    for (int i = from; i < from + count; i++) {
      preservation.onEnded(places.get(i), now);
    }
  }

  void forget(int who) {
    preservation.forget(places.get(who), now);
  }

  /** What becomes of DEAD by silence, so long past the deadline. */
  Judge.Verdict atTimeout(int who, long overdue) {
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, overdue);
    long silence = TIMES.timeoutNanos() + overdue;
    return review(dead, who, State.SUSPECT, silence, Judge.NOT_LOST);
  }

  /** What becomes of DEAD by the loss of a stream that was heard just then. */
  Judge.Verdict atResumeWindow(int who, long silence) {
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0);
    return review(dead, who, State.SUSPECT, silence, silence);
  }

  Judge.Verdict review(Judge.Verdict verdict, int who, State state, long silence, long lost) {
    return review(verdict, who, TIMES, state, silence, lost);
  }

  Judge.Verdict review(
      Judge.Verdict verdict, int who, Times times, State state, long silence, long lost) {
    return review(verdict, who, facts(times, state, silence, lost, 0));
  }

  Judge.Verdict review(Judge.Verdict verdict, int who, Judge.Facts facts) {
    return preservation.review(verdict, facts, places.get(who));
  }

  static Judge.Facts facts(Times times, State state, long silence, long lost, long hold) {
    return new Judge.Facts(
        times, state, silence, lost, false, Judge.NOTHING, 2 * INTERVAL, hold, 0);
  }

  boolean isHeld(int who) {
    return atTimeout(who, 0).kind() == Judge.Kind.WAIT;
  }
}
