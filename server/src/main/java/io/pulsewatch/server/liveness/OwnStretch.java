package io.pulsewatch.server.liveness;

import org.jspecify.annotations.Nullable;

/**
 * By how much longer the times of one session are than what it was granted.
 *
 * <p>Confined to the loop.
 */
final class OwnStretch {
  private final Stretch stretch;

  /** It lives under the greatest factor since this age. */
  private int age;

  /** It was granted shorter times, and may not know them; null where its age says all. */
  private @Nullable Return goingBack;

  /**
   * On its way to shorter times. The answer that grants them may be lost, and a fence never moves
   * back, so the client may go by its old one, which the longer times still cover.
   *
   * @param age of the grant
   * @param atNanos when it came: each fence from before is over when the longer times are, from
   *     then on; where there is no fence, the longer timeout. By a clock that counts our pauses,
   *     too, as the client's does.
   */
  private record Return(int age, long atNanos) {}

  /** Of nobody yet: see {@link #begin}. */
  OwnStretch(Stretch stretch) {
    this.stretch = stretch;
  }

  /** What was granted, as stretched. */
  Times of(Times granted) {
    return granted.stretched(stretch.percentSince(age));
  }

  /** By how much what it was told is longer than what was granted: never more than it has. */
  int toldPercent() {
    Return back = goingBack;
    return stretch.percentSince(back == null ? age : back.age());
  }

  /** It begins to live under the factors since then. */
  void begin(int since) {
    age = since;
    stretch.add(since);
  }

  /** It lives no more. */
  void end() {
    stretch.remove(age);
    goingBack = null;
  }

  /** It was granted the times that are in force now. They hold at once if they are as long. */
  void grantAnew(long nowNanos) {
    if (stretch.percent() < toldPercent()) {
      goingBack = new Return(stretch.age(), nowNanos);
    } else if (goingBack != null) {
      goingBack = new Return(stretch.age(), goingBack.atNanos());
    } else {
      stretch.remove(age);
      begin(stretch.age());
    }
  }

  /** Shorter times hold once no fence by the longer ones can be left. */
  void goBack(Times granted, long nowNanos) {
    Return back = goingBack;
    if (back != null && untilBackNanos(granted, nowNanos) <= 0) {
      goingBack = null;
      stretch.remove(age);
      begin(back.age());
    }
  }

  /** How long it takes until shorter times hold. */
  long untilBackNanos(Times granted, long nowNanos) {
    Return back = goingBack;
    if (back == null) {
      return Long.MAX_VALUE;
    }
    Times longer = of(granted);
    // Without a window there is no fence, but who comes by beats may still beat by its old
    // interval.
    boolean isFenced = longer.resumeWindowNanos() > 0;
    long nanos = isFenced ? longer.shortestNanos() : longer.timeoutNanos();
    return nanos - (nowNanos - back.atNanos());
  }
}
