package io.pulsewatch.server.transport;

import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.watch.Spread;
import io.pulsewatch.v1.Goodbye;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The goodbyes of a server that drains to its streams, one after the other. Which one is told when
 * is left to chance: the order of a hash.
 *
 * <p>Ordered by any thread; {@link #turn} on one.
 */
final class Departures {
  /** Each is a task of an event loop, which takes them in slices. */
  static final int MAX_PER_TURN = 1_024;

  private volatile @Nullable Drain order;

  /** Confined to the turns, as the next ones are. */
  private @Nullable Drain current;

  private Iterator<HeartbeatStream> left = Collections.emptyIterator();
  private Spread spread = new Spread(0, 0, 0);
  private int told;

  /** Begins, in the place of an earlier one; null: everybody who is still there may stay. */
  void order(@Nullable Drain drain) {
    order = drain;
  }

  /** What whoever comes now is refused with; null where everybody is taken. */
  @Nullable Drain order() {
    return order;
  }

  /**
   * Tells those who are due, within the limit of a turn.
   *
   * @param streams whoever joins them after the order looks at it himself
   */
  void turn(long nowNanos, Collection<HeartbeatStream> streams) {
    Drain drain = order;
    if (drain == null) {
      current = null;
      left = Collections.emptyIterator();
      return;
    }
    if (!drain.equals(current)) {
      current = drain;
      left = streams.iterator();
      spread = new Spread(drain.startedNanos(), drain.spreadNanos(), streams.size());
      told = 0;
    }
    boolean isOver = nowNanos - drain.startedNanos() >= drain.spreadNanos();
    if (isOver && !left.hasNext()) {
      left = streams.iterator(); // those who were only in passing may have taken their turn
    }
    int due = isOver ? MAX_PER_TURN : Math.min(MAX_PER_TURN, spread.due(nowNanos) - told);
    if (due <= 0 || !left.hasNext()) {
      return;
    }
    Goodbye goodbye = drain.goodbye();
    StatusRuntimeException status = drain.status();
    for (int i = 0; i < due && left.hasNext(); i++) {
      left.next().sayGoodbye(goodbye, status);
      told++;
    }
  }
}
