package io.pulsewatch.server.liveness;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sign of life that we sent away because of a limit of ours, with a wait that we named. If it was
 * of the session that lives under this name, that session gets the wait plus its timeout.
 *
 * @param presented its token, if it showed one
 * @param processId of its process; empty matches nothing
 * @param byBeat a unary beat without a token: it renews a session that came by beats
 * @param waitNanos the wait that we named
 */
public record PutOff(
    InstanceKey key, @Nullable Token presented, String processId, boolean byBeat, long waitNanos) {

  /** True if both showed the same of who sent them. */
  public boolean isOfSenderOf(PutOff other) {
    return Objects.equals(presented, other.presented)
        && processId.equals(other.processId)
        && byBeat == other.byBeat;
  }

  /** What was asked, put off; null where it is no sign of life of a session that may exist. */
  public static @Nullable PutOff of(Command ask, long waitNanos) {
    if (ask instanceof Command.Register register) {
      Token presented = register.presented();
      boolean byBeat = presented == null && register.heartbeat() != null;
      return presented == null && register.processId().isEmpty() && !byBeat
          ? null
          : new PutOff(ask.key(), presented, register.processId(), byBeat, waitNanos);
    }
    return ask instanceof Command.Beat beat
        ? new PutOff(ask.key(), beat.presented(), "", false, waitNanos)
        : null;
  }
}
