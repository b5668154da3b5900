package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * The kernel's limits and times.
 *
 * @param maxInstances entries, ended ones included; past it a new name is refused
 * @param maxOverrides overrides; past it a new one is refused
 * @param maxMailPerTurn arrivals drained in one turn; the rest waits for the next
 * @param maxExpiriesPerTurn deadlines looked at in one turn; the rest waits for the next
 * @param maxRemovalsPerTurn ended entries dropped in one turn; the rest waits for the next
 * @param retentionMillis wall time for which an ended entry stays readable
 * @param minEndedKept ended entries kept at the least, where there are fewer live ones
 * @param warmUpNanos awake time for which the kernel warms up after the start, whoever is known;
 *     where a ledger kept live ones, it does so until they are back or judged. No role is granted
 *     in it, unless it is 0: what nobody kept may be held
 * @param preservation whether doubts that come together are doubted themselves
 * @param stretch whether times are made longer while there are too many heartbeats
 * @param maxGroups zones and peer networks in which instances are counted; past it a new one is not
 * @param roles how many roles there may be
 */
public record Settings(
    int maxInstances,
    int maxOverrides,
    int maxMailPerTurn,
    int maxExpiriesPerTurn,
    int maxRemovalsPerTurn,
    long retentionMillis,
    int minEndedKept,
    long warmUpNanos,
    boolean preservation,
    boolean stretch,
    int maxGroups,
    RoleLimits roles) {
  public static final Settings DEFAULT =
      new Settings(
          2_000_000,
          10_000,
          512,
          512,
          1_024,
          TimeUnit.HOURS.toMillis(1),
          10_000,
          TimeUnit.SECONDS.toNanos(15),
          true,
          true,
          4_096,
          RoleLimits.DEFAULT);

  /** With preservation, stretching and roles as in {@link #DEFAULT}. */
  public Settings(
      int maxInstances,
      int maxOverrides,
      int maxMailPerTurn,
      int maxExpiriesPerTurn,
      int maxRemovalsPerTurn,
      long retentionMillis,
      int minEndedKept,
      long warmUpNanos) {
    this(
        maxInstances,
        maxOverrides,
        maxMailPerTurn,
        maxExpiriesPerTurn,
        maxRemovalsPerTurn,
        retentionMillis,
        minEndedKept,
        warmUpNanos,
        DEFAULT.preservation,
        DEFAULT.stretch,
        DEFAULT.maxGroups,
        DEFAULT.roles);
  }
}
