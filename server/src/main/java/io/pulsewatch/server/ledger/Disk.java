package io.pulsewatch.server.ledger;

/**
 * Makes one batch after another durable, on a thread of its own. What fails it tries again, as
 * often as it takes.
 *
 * <p>Called on the loop; no call waits, but {@link #close}.
 */
public interface Disk {
  /** Begins with a batch. There is none under way. */
  void write(Batch batch);

  /** True when everything that was written is durable. */
  boolean isDone();

  /** Stops after the batch under way and this one, or after a bounded time; idempotent. */
  void close(Batch last);
}
