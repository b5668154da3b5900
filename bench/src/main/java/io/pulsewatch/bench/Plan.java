package io.pulsewatch.bench;

import io.pulsewatch.bench.serve.Target;
import java.util.Map;

/**
 * How much is measured. Every number may be set in the environment, so that a longer run needs no
 * change of code.
 *
 * @param measured what stands beside the no-op server: ours, or to check the method the no-op
 *     itself
 * @param launches how often both servers are started afresh for the heartbeats
 * @param pairsPerLaunch measured pairs after each start
 * @param streams streams of the closed loop
 * @param connections connections that carry them
 * @param window heartbeats under way on each stream
 * @param warmUpMillis unmeasured load on each server after its start, at most
 * @param settleMillis unmeasured load before each measurement
 * @param measureMillis one measurement
 * @param idleStreams streams whose memory is counted
 * @param idleConnections connections that carry them
 * @param killWarmUp sockets that are reset and not counted
 * @param resets sockets that are reset
 * @param kills small processes that are killed
 * @param jvmKills JVMs that are killed
 * @param liveStreams streams that live while others fall silent
 * @param silences streams that fall silent in each round
 * @param rounds how often
 * @param stopped streams of a process that is stopped
 * @param limitSeconds a benchmark that runs longer is given up
 * @param partSeconds a part of it that takes longer is given up, and the others go on
 */
record Plan(
    Target measured,
    int launches,
    int pairsPerLaunch,
    int streams,
    int connections,
    int window,
    int warmUpMillis,
    int settleMillis,
    int measureMillis,
    int idleStreams,
    int idleConnections,
    int killWarmUp,
    int resets,
    int kills,
    int jvmKills,
    int liveStreams,
    int silences,
    int rounds,
    int stopped,
    int limitSeconds,
    int partSeconds) {

  /**
   * The numbers of {@code make bench}, and what the environment says otherwise.
   *
   * @param isWhole whether no parts were named: then it is to end in five minutes
   */
  static Plan of(Map<String, String> environment, boolean isWhole) {
    boolean control = !environment.getOrDefault("BENCH_CONTROL", "").isEmpty();
    return new Plan(
        control ? Target.NOOP : ours(environment.getOrDefault("BENCH_LEDGER", "memory")),
        get(environment, "BENCH_LAUNCHES", 3),
        get(environment, "BENCH_PAIRS_PER_LAUNCH", 6),
        get(environment, "BENCH_STREAMS", 16),
        get(environment, "BENCH_CONNECTIONS", 4),
        get(environment, "BENCH_WINDOW", 64),
        get(environment, "BENCH_WARM_UP_MILLIS", 16_000),
        get(environment, "BENCH_SETTLE_MILLIS", 300),
        get(environment, "BENCH_MEASURE_MILLIS", 1_000),
        get(environment, "BENCH_IDLE_STREAMS", 10_000),
        get(environment, "BENCH_IDLE_CONNECTIONS", 100),
        get(environment, "BENCH_KILL_WARM_UP", 1_000),
        get(environment, "BENCH_RESETS", 600),
        get(environment, "BENCH_KILLS", 200),
        get(environment, "BENCH_JVM_KILLS", 10),
        get(environment, "BENCH_LIVE_STREAMS", 10_000),
        get(environment, "BENCH_SILENCES", 500),
        get(environment, "BENCH_ROUNDS", 3),
        get(environment, "BENCH_STOPPED", 50),
        get(environment, "BENCH_LIMIT_SECONDS", isWhole ? 290 : 10_800),
        get(environment, "BENCH_PART_SECONDS", 2_700));
  }

  private static Target ours(String ledger) {
    return switch (ledger) {
      case "memory" -> Target.OURS;
      case "sqlite" -> Target.DURABLE;
      default ->
          throw new IllegalArgumentException(
              "BENCH_LEDGER: " + ledger + " (expected: memory or sqlite)");
    };
  }

  int pairs() {
    return launches * pairsPerLaunch;
  }

  private static int get(Map<String, String> environment, String name, int otherwise) {
    String text = environment.get(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    int value = Integer.parseInt(text);
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
    return value;
  }
}
