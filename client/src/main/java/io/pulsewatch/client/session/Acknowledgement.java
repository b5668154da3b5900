package io.pulsewatch.client.session;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer to heartbeats.
 *
 * @param sequence the newest heartbeat covered
 * @param sentNanos when that one was sent, by this machine's clock
 * @param expiresInNanos the fence, counted from {@code sentNanos}, or {@link Terms#UNSET}: it
 *     renews nothing
 * @param stretched times in force from now on, where the server changed them
 * @param suspected the server doubts that this sender lives
 * @param roles that the sender holds, by name, with their tokens
 */
public record Acknowledgement(
    long sequence,
    long sentNanos,
    long expiresInNanos,
    @Nullable Terms stretched,
    boolean suspected,
    Map<String, Long> roles) {

  /** Copies. */
  public Acknowledgement {
    roles = Map.copyOf(roles);
  }

  /** One without a doubt and without roles. */
  public Acknowledgement(
      long sequence, long sentNanos, long expiresInNanos, @Nullable Terms stretched) {
    this(sequence, sentNanos, expiresInNanos, stretched, false, Map.of());
  }
}
