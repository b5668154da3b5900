package io.pulsewatch.server.watch;

import java.util.concurrent.TimeUnit;

/**
 * How much the consumers' side keeps. Immutable.
 *
 * @param maxWatchers open subscriptions; the next one ends with {@link End#LIMIT}
 * @param ringSize newest changes that are kept one by one, at least 1; past it the older of two
 *     changes of an instance is forgotten
 * @param maxTombstones removed instances that are remembered; past it the oldest is forgotten, and
 *     who has not been told of it starts over
 * @param tombstoneMillis how long a removed instance is remembered at the most, in wall time
 * @param batchSize instances or changes in one message, at least 1; the rest comes in the next one
 * @param maxUnwrittenBytes handed over to be told and not written yet, of all subscribers together;
 *     past it they wait: see {@link Room}
 * @param maxNames names of watchers that are known: see {@link Acknowledgements}
 */
public record WatchLimits(
    int maxWatchers,
    int ringSize,
    int maxTombstones,
    long tombstoneMillis,
    int batchSize,
    int maxUnwrittenBytes,
    int maxNames) {
  public static final WatchLimits DEFAULT =
      new WatchLimits(20_000, 65_536, 65_536, TimeUnit.HOURS.toMillis(1), 500, 64 << 20, 10_000);

  /** The standard limits with other sizes. */
  public WatchLimits(int maxWatchers, int ringSize) {
    this(maxWatchers, ringSize, DEFAULT.maxTombstones, DEFAULT.tombstoneMillis, DEFAULT.batchSize);
  }

  /** The standard room, with other sizes. */
  public WatchLimits(
      int maxWatchers, int ringSize, int maxTombstones, long tombstoneMillis, int batchSize) {
    this(
        maxWatchers,
        ringSize,
        maxTombstones,
        tombstoneMillis,
        batchSize,
        DEFAULT.maxUnwrittenBytes,
        DEFAULT.maxNames);
  }

  /** The same with another room. */
  public WatchLimits withUnwrittenBytes(int mostBytes) {
    return new WatchLimits(
        maxWatchers, ringSize, maxTombstones, tombstoneMillis, batchSize, mostBytes, maxNames);
  }

  /** The same with another number of names. */
  public WatchLimits withNames(int mostNames) {
    return new WatchLimits(
        maxWatchers,
        ringSize,
        maxTombstones,
        tombstoneMillis,
        batchSize,
        maxUnwrittenBytes,
        mostNames);
  }
}
