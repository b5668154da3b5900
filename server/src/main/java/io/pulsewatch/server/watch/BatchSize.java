package io.pulsewatch.server.watch;

/** How full a batch is. Confined to the fan-out thread. */
final class BatchSize {
  private final int most;
  private final int mostWeight;
  private int count;
  private int weight;

  /** At most so many, and so much together, but for a single one that weighs more. */
  BatchSize(int most, int mostWeight) {
    this.most = most;
    this.mostWeight = mostWeight;
  }

  boolean hasRoomFor(Link link) {
    return count == 0 || (count < most && weight + link.weight() <= mostWeight);
  }

  void add(Link link) {
    count++;
    weight += link.weight();
  }
}
