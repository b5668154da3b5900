package io.pulsewatch.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * A refusal by a server, or the loss of the way to it. Immutable.
 *
 * <p>What each code asks of the caller is written in the contract, {@code
 * pulsewatch/v1/heartbeat.proto} and {@code watch.proto}.
 */
public final class PulsewatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status.Code code;
  private final String reason;
  private final String description;
  private final long retryAfterNanos;

  /**
   * Makes one.
   *
   * @param reason the machine-readable reason of {@code google.rpc.ErrorInfo}; empty where the
   *     server gave none
   * @param retryAfterNanos the wait that the server asked for; negative where it asked for none
   */
  PulsewatchException(Status.Code code, String reason, String description, long retryAfterNanos) {
    super(code + (reason.isEmpty() ? "" : "/" + reason) + ": " + description);
    this.code = code;
    this.reason = reason;
    this.description = description;
    this.retryAfterNanos = retryAfterNanos;
  }

  /** Returns the gRPC status code. */
  public Status.Code code() {
    return code;
  }

  /** Returns the machine-readable reason, or an empty text. */
  public String reason() {
    return reason;
  }

  /** Returns what is wrong and what to do, for people. */
  public String description() {
    return description;
  }

  /** Returns how long the server asks to wait before another try. */
  public Optional<Duration> retryAfter() {
    return retryAfterNanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(retryAfterNanos));
  }
}
