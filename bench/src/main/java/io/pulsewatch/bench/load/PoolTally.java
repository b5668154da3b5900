package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.report.Quantiles;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long after each change of a pool its xDS clients were told, and in how many answers and
 * bytes. A version is looked through once, however many clients get it. Confined to one thread.
 */
final class PoolTally {
  private static final double MICROS_PER_MILLI = 1_000;

  private final Map<String, List<PoolChange>> open = new HashMap<>();
  private final Map<String, Long> seen = new HashMap<>();
  private final Map<String, Integer> clients = new HashMap<>();
  private Quantiles largeFirst = new Quantiles();
  private Quantiles largeJoined = new Quantiles();
  private Quantiles small = new Quantiles();
  private long changes;
  private long told;
  private long due;
  private long answers;
  private long bytes;
  private long largeAnswers;

  /** So many clients ask for a service. */
  void subscribed(Map<String, Integer> now) {
    clients.clear();
    clients.putAll(now);
  }

  void onChange(String service, PoolChange change) {
    changes++;
    int count = clients.getOrDefault(service, 0);
    due += count;
    if (count > 0) {
      open.computeIfAbsent(service, name -> new ArrayList<>()).add(change);
    }
  }

  void onEndpoints(
      AdsClient client, long version, long nowNanos, ByteBuffer in, int from, int length) {
    answers++;
    bytes += length;
    String service = client.service();
    boolean large = service.equals(Pools.LARGE);
    largeAnswers += large ? 1 : 0;
    List<PoolChange> waiting = open.getOrDefault(service, List.of());
    if (waiting.isEmpty()) {
      return;
    }
    if (seen.getOrDefault(service, 0L) < version) {
      seen.put(service, version);
      byte[] message = new byte[length];
      in.get(from, message);
      waiting.forEach(change -> change.look(message, version));
    }
    for (PoolChange change : waiting) {
      long took = change.onTold(client.place(), version, nowNanos);
      if (took >= 0) {
        told++;
        (large ? change.isFirst() ? largeFirst : largeJoined : small).add(took);
      }
    }
    waiting.removeIf(change -> change.count() >= clients.getOrDefault(service, 0));
  }

  /** All clients know of all changes. */
  boolean isDone() {
    return told == due;
  }

  /** What was counted since the last time. */
  Line take() {
    Line line =
        new Line()
            .with("changes", changes)
            .with("untold", due - told)
            .with("answers", answers)
            .with("large_answers", largeAnswers)
            .with("bytes", bytes);
    add(line, "large_first", largeFirst);
    add(line, "large_joined", largeJoined);
    add(line, "small", small);
    open.clear();
    largeFirst = new Quantiles();
    largeJoined = new Quantiles();
    small = new Quantiles();
    changes = 0;
    told = 0;
    due = 0;
    answers = 0;
    largeAnswers = 0;
    bytes = 0;
    return line;
  }

  private static void add(Line line, String name, Quantiles of) {
    line.with(name + "_count", of.count());
    line.with(name + "_p50_micros", Math.round(of.p50() * MICROS_PER_MILLI));
    line.with(name + "_p99_micros", Math.round(of.p99() * MICROS_PER_MILLI));
    line.with(name + "_max_micros", Math.round(of.max() * MICROS_PER_MILLI));
  }
}
