package io.pulsewatch.server.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Streams beyond the limit that may say who they are before they are sent away: a resume that we
 * put off is no loss. There are never many, and none of them for long.
 *
 * <p>Thread-safe; {@link #turn} on one thread.
 */
final class TurnedAway {
  /** All are looked at each time, so this is how much longer one may stay. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int most;
  private final long withinNanos;
  private final Map<HeartbeatStream, Long> since = new ConcurrentHashMap<>();
  private long lookedNanos;

  TurnedAway(int most, long withinNanos, long nowNanos) {
    this.most = most;
    this.withinNanos = withinNanos;
    this.lookedNanos = nowNanos;
  }

  /**
   * False: as many wait as may.
   *
   * @param atLeast so many may, whatever the limit is
   */
  boolean add(HeartbeatStream stream, long nowNanos, int atLeast) {
    if (since.size() >= Math.max(most, atLeast)) {
      return false;
    }
    since.put(stream, nowNanos);
    return true;
  }

  void remove(HeartbeatStream stream) {
    since.remove(stream);
  }

  int size() {
    return since.size();
  }

  void forEach(Consumer<HeartbeatStream> each) {
    since.keySet().forEach(each);
  }

  /** Sends those away who have said nothing in time. */
  void turn(long nowNanos) {
    if (nowNanos - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = nowNanos;
    for (Map.Entry<HeartbeatStream, Long> each : since.entrySet()) {
      if (nowNanos - each.getValue() >= withinNanos) {
        each.getKey().stopWaiting();
      }
    }
  }
}
