package io.pulsewatch.server.liveness;

/**
 * Instances that something could take away together: a zone, a network, or all there are.
 *
 * <p>Confined to the loop.
 */
final class Group {
  /** A smaller zone or network proves nothing. */
  static final int LEAST_MEMBERS = 20;

  static final int LARGE_PERCENT = 15;

  private final String name;
  private final boolean isAll;
  private final IntervalMix intervals = new IntervalMix();
  private final Surge silences;
  private final Surge losses;

  private Group(String name, boolean isAll, Shelter shelter, long nowNanos) {
    this.name = name;
    this.isAll = isAll;
    this.silences = new Surge(this, shelter, nowNanos);
    this.losses = new Surge(this, shelter, nowNanos);
  }

  static Group ofAll(Shelter shelter, long nowNanos) {
    return new Group("", true, shelter, nowNanos);
  }

  static Group ofSome(String name, Shelter shelter, long nowNanos) {
    return new Group(name, false, shelter, nowNanos);
  }

  String name() {
    return name;
  }

  void join(long intervalNanos) {
    intervals.add(intervalNanos);
  }

  void leave(long intervalNanos) {
    intervals.remove(intervalNanos);
  }

  /** Live members. */
  int size() {
    return intervals.size();
  }

  Surge silences() {
    return silences;
  }

  Surge losses() {
    return losses;
  }

  /** Its median granted interval. */
  long windowNanos() {
    return intervals.medianNanos();
  }

  /** 15 % of a zone or network of 20 or more; of all, half. */
  boolean isLargeShare(int number) {
    return isAll
        ? 2L * number >= size()
        : size() >= LEAST_MEMBERS && 100L * number >= (long) LARGE_PERCENT * size();
  }
}
