package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.Map;

/**
 * What a ledger kept of an earlier process.
 *
 * @param sessions each name's newest incarnation, ended ones included
 * @param overrides by name, expired ones included
 * @param servedUntilMillis wall time at which that process is known to have worked last; 0: never
 * @param goodbyeNanos it asked everybody to come back within so long; 0: it did not say goodbye
 * @param stretched by how much it made granted times longer
 * @param roleWaits roles that nobody was to be granted for a while
 * @param isBeginning its lineage begins now, or began a short while ago: others may hold roles, by
 *     what a ledger said that is not here
 */
public record Kept(
    List<Remembered> sessions,
    Map<InstanceKey, OperatorOverride> overrides,
    long servedUntilMillis,
    long goodbyeNanos,
    Stretched stretched,
    List<RoleWait> roleWaits,
    boolean isBeginning) {
  /** Nothing. */
  public static final Kept NOTHING = new Kept(List.of(), Map.of(), 0, 0);

  /** Of a process that stretched nothing. */
  public Kept(
      List<Remembered> sessions,
      Map<InstanceKey, OperatorOverride> overrides,
      long servedUntilMillis,
      long goodbyeNanos) {
    this(sessions, overrides, servedUntilMillis, goodbyeNanos, Stretched.NOT, List.of());
  }

  /** Of a lineage that goes on. */
  public Kept(
      List<Remembered> sessions,
      Map<InstanceKey, OperatorOverride> overrides,
      long servedUntilMillis,
      long goodbyeNanos,
      Stretched stretched,
      List<RoleWait> roleWaits) {
    this(sessions, overrides, servedUntilMillis, goodbyeNanos, stretched, roleWaits, false);
  }

  public Kept {
    sessions = List.copyOf(sessions);
    overrides = Map.copyOf(overrides);
    roleWaits = List.copyOf(roleWaits);
  }

  /** One session as it was. */
  public record Remembered(Entry entry, Memory memory) {}
}
