package io.pulsewatch.bench.load;

/**
 * Where a fleet stands in its {@link Schedule}, and how it goes over to longer intervals: all do so
 * at the beginning of a round, from the second one after the first of them was told. By then each
 * has been, and nobody waits for longer than the new interval. Rounds count from 0 anew then; those
 * below are of the schedule before. Confined to its thread.
 */
final class Pace {
  private static final int ROUNDS_TO_TELL = 2;

  private Schedule schedule;
  private Schedule before;
  private long beganNanos;
  private long turn;
  private long wantedNanos;
  private long followTurn;

  Pace(Schedule schedule) {
    this.schedule = schedule;
    this.before = schedule;
    this.wantedNanos = schedule.intervalNanos();
  }

  void begin(long nowNanos) {
    beganNanos = nowNanos;
  }

  /** Somebody was told of this interval. */
  void onTold(long intervalNanos) {
    if (intervalNanos > wantedNanos) {
      wantedNanos = intervalNanos;
      followTurn = (long) (schedule.round(turn) + ROUNDS_TO_TELL) * schedule.bunches();
    }
  }

  /** Goes over where it is time to; returns by how much less rounds count from now on. */
  int follow() {
    if (wantedNanos == schedule.intervalNanos() || turn < followTurn) {
      return 0;
    }
    int rounds = schedule.round(turn);
    beganNanos = turnNanos();
    turn = 0;
    before = schedule;
    schedule =
        new Schedule(schedule.streams(), schedule.connections(), schedule.bunch(), wantedNanos);
    return rounds;
  }

  /** When the bunch whose turn it is was, or will be, due. */
  long turnNanos() {
    return beganNanos + schedule.turnNanos(turn);
  }

  int first() {
    return schedule.first(turn);
  }

  int end() {
    return schedule.end(turn);
  }

  int round() {
    return schedule.round(turn);
  }

  void next() {
    turn++;
  }

  /** When this beat of the stream was, or will be, due. */
  long dueNanos(int stream, int round) {
    return beganNanos + (round < 0 ? before : schedule).dueNanos(stream, round);
  }

  /** The first beat of the stream that is due from now on. */
  int roundFrom(int stream) {
    return schedule.roundFrom(stream, turn);
  }

  int connection(int stream) {
    return schedule.connection(stream);
  }
}
