package io.pulsewatch.client.session;

import java.util.Map;

/**
 * A server's answer to a register.
 *
 * @param incarnation the fencing token
 * @param sessionToken to resume with; a secret
 * @param lastSequence the last sequence heard of this incarnation, 0 for a new one
 * @param terms the times granted
 * @param detectionBoundNanos watchers learn of a death within this long
 * @param serverId who answered
 * @param expiresInNanos the fence, counted from the send instant of the register, or {@link
 *     Terms#UNSET}
 * @param roles that the sender holds, by name, with their tokens
 */
public record Grant(
    long incarnation,
    String sessionToken,
    long lastSequence,
    Terms terms,
    long detectionBoundNanos,
    String serverId,
    long expiresInNanos,
    Map<String, Long> roles) {

  /** Copies. */
  public Grant {
    roles = Map.copyOf(roles);
  }

  /** One without roles. */
  public Grant(
      long incarnation,
      String sessionToken,
      long lastSequence,
      Terms terms,
      long detectionBoundNanos,
      String serverId,
      long expiresInNanos) {
    this(
        incarnation,
        sessionToken,
        lastSequence,
        terms,
        detectionBoundNanos,
        serverId,
        expiresInNanos,
        Map.of());
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "Grant[incarnation=" + incarnation + ", server=" + serverId + ", " + terms + "]";
  }
}
