package io.pulsewatch.server.watch;

/** How full a batch is. Confined to the fan-out thread. */
final class BatchSize {
  /**
   * Bytes in one message, at the most, but for a single change that is larger. gRPC clients accept
   * 4 MiB.
   */
  static final int MAX_WEIGHT = 1 << 20;

  private final int most;
  private int count;
  private int weight;

  BatchSize(int most) {
    this.most = most;
  }

  boolean hasRoomFor(Link link) {
    return count == 0 || (count < most && weight + link.weight() <= MAX_WEIGHT);
  }

  void add(Link link) {
    count++;
    weight += link.weight();
  }
}
