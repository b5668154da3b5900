package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.Map;

/**
 * What of a sender's progress outlives the process. Immutable.
 *
 * <p>Heartbeats never reach a disk, so of the counters only those are kept that have the same value
 * with every heartbeat: those that stand still.
 *
 * @param rules as the sender gave them
 * @param stalled those whose counters stand still, as bits
 * @param values of counters that stand still, by name, as far as the loop knows them
 */
public record KeptProgress(List<Progress.Rule> rules, int stalled, Map<String, Long> values) {
  /** Of a sender that promises none. */
  public static final KeptProgress NONE = new KeptProgress(List.of(), 0, Map.of());

  public KeptProgress {
    rules = List.copyOf(rules);
    values = Map.copyOf(values);
  }
}
