package io.pulsewatch.server.watch;

/** How much a page holds, and how much may be looked at for it. Confined to one call. */
final class PageSize {
  /** Entries or changes looked at for one page: about a millisecond. */
  static final int MAX_SCAN = 10_000;

  /** Bytes, at the most, but for a single element; gRPC clients accept 4 MiB. */
  static final int MAX_WEIGHT = 2 << 20;

  private final int most;
  private int scanned;
  private int count;
  private int weight;

  PageSize(int most) {
    this.most = most;
  }

  /** Counts one more that is looked at; false: the page ends before it. */
  boolean mayLook() {
    return scanned++ < MAX_SCAN;
  }

  /** Takes one more if there is room. */
  boolean hasRoomFor(int elementWeight) {
    if (count > 0 && (count >= most || weight + elementWeight > MAX_WEIGHT)) {
      return false;
    }
    count++;
    weight += elementWeight;
    return true;
  }
}
