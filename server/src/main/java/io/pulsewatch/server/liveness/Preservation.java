package io.pulsewatch.server.liveness;

import org.jspecify.annotations.Nullable;

/**
 * Doubts that come together are doubted themselves: one by one instances fail, in groups it is a
 * switch, a proxy, or our own network.
 *
 * <pre>
 *   too many SUSPECT by silence at once    DEAD by silence waits one interval of its own past its
 *                                          deadline, and is released evenly over the next one
 *   too many streams lost at once          their resume window does not count, only the rest of
 *                                          their timeout
 *   SUSPECT                                is never held
 * </pre>
 *
 * <p>What is too many says {@link Surge}, for each {@link Group} by itself. A silence is held once:
 * how long is decided when it is sheltered, and it stays so, whatever becomes of its groups. Those
 * for whom a stream's loss is death at once cannot be sheltered; they count.
 *
 * <p>A verdict that has been given stays. So a surge must show before it: where the timeout is
 * shorter than 2.5 intervals some will be dead before enough others are suspected.
 *
 * <p>Time is the loop's awake time. O(1) for each doubt; a heartbeat comes nowhere near it.
 * Confined to the loop.
 */
final class Preservation {
  private final boolean isEnabled;
  private final Shelter shelter = new Shelter();
  private final Groups groups;

  /**
   * Creates it without groups.
   *
   * @param isEnabled false: no doubt is counted, nothing waits
   * @param maxGroups zones and peer networks, taken together
   */
  Preservation(boolean isEnabled, int maxGroups, long nowNanos) {
    this.isEnabled = isEnabled;
    this.groups = new Groups(shelter, maxGroups, nowNanos);
  }

  /** True while verdicts wait, or would. */
  boolean isOn() {
    return shelter.isOn();
  }

  /** Most live under times that are so much longer: what is within so many intervals is at once. */
  void onStretch(int percent) {
    shelter.onStretch(percent);
  }

  /** Half of all live under no longer intervals than this, about; 0 where there is nobody. */
  long medianIntervalNanos() {
    return shelter.windowNanos(groups.all());
  }

  /**
   * An instance registered, or says anew where it is.
   *
   * @param known where its name stood before; null for a new name
   */
  Neighbourhood join(
      @Nullable Neighbourhood known, Details details, String network, Times times, long nowNanos) {
    Neighbourhood place = known == null ? new Neighbourhood(groups) : known;
    String zone = isEnabled ? details.zone() : "";
    place.join(zone, isEnabled ? network : "", times.intervalNanos(), nowNanos);
    return place;
  }

  /** SUSPECT by silence is being told. */
  void onSilence(Neighbourhood place, long nowNanos) {
    if (isEnabled) {
      Doubt doubt = place.silence == null ? new Doubt(shelter) : place.silence;
      place.silence = doubt;
      doubt.begin(place.silences(), nowNanos);
    }
  }

  /** A stream was lost without leave. */
  void onLoss(Neighbourhood place, long nowNanos) {
    if (isEnabled) {
      Doubt doubt = place.loss == null ? new Doubt(shelter) : place.loss;
      place.loss = doubt;
      doubt.begin(place.losses(), nowNanos);
    }
  }

  /** A sign of life, or a new stream: it is in doubt no more. */
  void onHeard(Neighbourhood place, long nowNanos) {
    if (place.silence != null) {
      place.silence.end(nowNanos);
    }
    if (place.loss != null) {
      place.loss.end(nowNanos);
    }
  }

  /** DEAD or LEFT: its doubts stay counted where they happened. */
  void onEnded(Neighbourhood place, long nowNanos) {
    onHeard(place, nowNanos);
    place.leave();
  }

  /** Its name is forgotten. */
  void forget(Neighbourhood place, long nowNanos) {
    if (place.silence != null) {
      place.silence.forget(nowNanos);
    }
    if (place.loss != null) {
      place.loss.forget(nowNanos);
    }
  }

  /** A verdict, or what comes of it where its doubt is sheltered. */
  Judge.Verdict review(Judge.Verdict verdict, Judge.Facts facts, Neighbourhood place) {
    if (verdict.kind() != Judge.Kind.DEAD) {
      return verdict;
    }
    boolean lossWaits = facts.times().resumeWindowNanos() > 0 && isSheltered(place.loss);
    long lossLeft = lossWaits ? Long.MAX_VALUE : facts.resumeLeft();
    long deadline = facts.silenceLeft();
    boolean announced = facts.deadBySilence() == Cause.HOLD_EXPIRED;
    long silenceLeft = announced ? deadline : deadline + heldNanos(facts.times(), place.silence);
    if (lossLeft <= 0) {
      // Another reason than silence, whether or not that waits.
      return silenceLeft <= 0
          ? verdict
          : new Judge.Verdict(Judge.Kind.DEAD, facts.deadByLoss(), -lossLeft);
    }
    if (deadline > 0) {
      return hold(verdict, place.loss, facts.state(), deadline);
    }
    return silenceLeft > 0
        ? hold(verdict, place.silence, facts.state(), Math.min(silenceLeft, lossLeft))
        : new Judge.Verdict(Judge.Kind.DEAD, facts.deadBySilence(), -deadline);
  }

  /** How long past its deadline a silence is held: not at all, or 1 .. 2 intervals. */
  private static long heldNanos(Times times, @Nullable Doubt silence) {
    return silence != null && silence.isSheltered()
        ? times.intervalNanos() + (long) (silence.share() * times.intervalNanos())
        : 0;
  }

  /** Only DEAD waits. */
  private static Judge.Verdict hold(
      Judge.Verdict verdict, @Nullable Doubt doubt, State state, long nanos) {
    if (doubt != null) {
      doubt.hold();
    }
    return state == State.ALIVE
        ? new Judge.Verdict(Judge.Kind.SUSPECT, verdict.cause(), verdict.nanos())
        : Judge.Verdict.waiting(nanos);
  }

  private static boolean isSheltered(@Nullable Doubt doubt) {
    return doubt != null && doubt.isSheltered();
  }
}
