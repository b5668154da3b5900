package io.pulsewatch.server.liveness;

/**
 * How many roles there may be. Immutable.
 *
 * @param maxRoles names of roles; past it a register that names another is refused
 * @param maxCandidates who stand for one role; past it a register that names it is refused
 */
public record RoleLimits(int maxRoles, int maxCandidates) {
  public static final RoleLimits DEFAULT = new RoleLimits(10_000, 1_000);
}
