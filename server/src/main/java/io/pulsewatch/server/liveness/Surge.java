package io.pulsewatch.server.liveness;

import io.pulsewatch.server.liveness.Doubt.Mark;
import java.util.concurrent.TimeUnit;

/**
 * How many of one group fell silent, or lost their streams, within one median interval of it, and
 * whether that is more than chance explains.
 *
 * <p>It trips when their number is at least m = ceil(mu + 6 sqrt(mu) + 5) and a large enough share
 * of the group; mu is the mean of such a window over the hour before it. If doubts come by chance,
 * their number is Poisson's, whose deviation is sqrt(mu): six of them above the mean is less than
 * one false alarm in a million windows. The 5 is for those who had a quiet hour, and for small
 * fleets: fewer than five instances never trip it.
 *
 * <p>Those in the window when it trips are sheltered, and all that follow until it ends. It ends
 * when those who are sheltered and not yet heard or judged are too few by the same rule. So nothing
 * has to be armed to end it, and it cannot last longer than the last of them.
 *
 * <p>A doubt is looked at once when it is counted, once when the surge trips, once when it leaves
 * the window. Confined to the loop.
 */
final class Surge {
  /** At the least so many at once. */
  static final int FLOOR = 5;

  static final int DEVIATIONS = 6;
  private static final double HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Group group;
  private final Shelter shelter;

  /** A ring around this mark, oldest first. */
  private final Mark window;

  private final HourCount earlier;
  private int counted;
  private int sheltering;
  private boolean tripped;

  Surge(Group group, Shelter shelter, long nowNanos) {
    this.group = group;
    this.shelter = shelter;
    this.window = new Mark(new Doubt(shelter), this, nowNanos);
    this.earlier = new HourCount(nowNanos);
  }

  /** The least number that is more than chance explains where {@code mean} are usual. */
  static long least(double mean) {
    return (long) Math.ceil(mean + DEVIATIONS * Math.sqrt(mean) + FLOOR);
  }

  /** One more in the window, which slides along with it. */
  void count(Mark mark) {
    slide(mark.atNanos);
    mark.previous = window.previous;
    mark.next = window;
    window.previous.next = mark;
    window.previous = mark;
    counted++;
    if (!tripped && isTooMany(counted, mark.atNanos)) {
      tripped = true;
      shelter.onTripped(1);
    }
    if (tripped) {
      // Whoever was seen has been sheltered, and so was everybody before.
      for (Mark m = window.previous; m != window && !m.seen; m = m.previous) {
        take(m);
      }
    }
  }

  /** A doubt is over: heard, or judged. */
  void release(Mark mark, long nowNanos) {
    if (!mark.sheltering) {
      return;
    }
    mark.sheltering = false;
    sheltering--;
    if (tripped && !isTooMany(sheltering, nowNanos)) {
      tripped = false;
      shelter.onTripped(-1);
    }
  }

  /** It leaves the window before its time: its name is gone, or is counted anew. */
  void drop(Mark mark, long nowNanos) {
    if (mark.next != mark) {
      unlink(mark);
      earlier.add(nowNanos);
    }
  }

  private void take(Mark mark) {
    mark.seen = true;
    if (mark.doubt.isOpen()) {
      mark.sheltering = true;
      sheltering++;
      mark.doubt.shelter();
    }
  }

  private boolean isTooMany(int number, long nowNanos) {
    double mean = earlier.sum(nowNanos) * shelter.windowNanos(group) / HOUR_NANOS;
    return number >= least(mean) && group.isLargeShare(number);
  }

  /** What is older than the window belongs to the hour before it. */
  private void slide(long nowNanos) {
    long length = shelter.windowNanos(group);
    while (window.next != window && nowNanos - window.next.atNanos > length) {
      earlier.add(window.next.atNanos + length);
      unlink(window.next);
    }
  }

  private void unlink(Mark mark) {
    mark.previous.next = mark.next;
    mark.next.previous = mark.previous;
    mark.previous = mark;
    mark.next = mark;
    counted--;
  }
}
