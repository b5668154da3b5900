package io.pulsewatch.bench.load;

/**
 * When each beat of an open-loop fleet is due, on an absolute schedule that waits for nobody.
 * Streams are taken in bunches of neighbours on one connection; the bunches are spread evenly over
 * the interval, and a bunch beats at once. Immutable.
 */
record Schedule(int streams, int connections, int bunch, long intervalNanos) {
  int bunches() {
    return (streams + bunch - 1) / bunch;
  }

  /** The connection that carries this stream. */
  int connection(int stream) {
    return stream / bunch % connections;
  }

  /** The first stream of the bunch whose turn it is. */
  int first(long turn) {
    return (int) (turn % bunches()) * bunch;
  }

  /** The one after its last. */
  int end(long turn) {
    return Math.min(streams, first(turn) + bunch);
  }

  /** Which beat of each stream this turn is, from 0. */
  int round(long turn) {
    return (int) (turn / bunches());
  }

  /** When this turn is due, counted from the beginning. */
  long turnNanos(long turn) {
    return nanos(round(turn), (int) (turn % bunches()));
  }

  /** When this beat of the stream is due, counted from the beginning. */
  long dueNanos(int stream, int round) {
    return nanos(round, stream / bunch);
  }

  /** The first beat of the stream that is due in this turn or after it. */
  int roundFrom(int stream, long turn) {
    return round(turn) + (stream / bunch < turn % bunches() ? 1 : 0);
  }

  private long nanos(int round, int place) {
    return round * intervalNanos + place * intervalNanos / bunches();
  }
}
