package io.pulsewatch.server.liveness;

/**
 * How much is sheltered at the moment: what the mode tells, and how releases are spread.
 *
 * <p>Confined to the loop.
 */
final class Shelter {
  /** Multiples of it, taken modulo 1, divide an interval evenly however many they are. */
  private static final double GOLDEN_RATIO = 0.618_033_988_749_894_9;

  private int tripped;
  private int held;
  private double last;
  private int stretchPercent = Times.AS_GRANTED;

  /** True while a surge lasts or a verdict waits. */
  boolean isOn() {
    return tripped > 0 || held > 0;
  }

  void onTripped(int more) {
    tripped += more;
  }

  void onHeld(int more) {
    held += more;
  }

  void onStretch(int percent) {
    stretchPercent = percent;
  }

  /** What happens within so long happens at once, by the intervals that most live under. */
  long windowNanos(Group group) {
    return group.windowNanos() * stretchPercent / Times.AS_GRANTED;
  }

  double nextShare() {
    double share = last;
    last = (last + GOLDEN_RATIO) % 1;
    return share;
  }
}
