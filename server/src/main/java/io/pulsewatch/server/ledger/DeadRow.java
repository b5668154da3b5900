package io.pulsewatch.server.ledger;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A letter that a hook could not deliver, as it is kept. Immutable, for nobody writes the bytes.
 */
public final class DeadRow {
  private final long revision;
  private final byte[] original;
  private final int attempts;
  private final String error;
  private final long failedAtMillis;

  /**
   * Keeps it.
   *
   * @param original the change; empty: none
   * @param failedAtMillis when it was given up
   */
  public DeadRow(long revision, byte[] original, int attempts, String error, long failedAtMillis) {
    this.revision = revision;
    this.original = original.clone();
    this.attempts = attempts;
    this.error = error;
    this.failedAtMillis = failedAtMillis;
  }

  public long revision() {
    return revision;
  }

  public byte[] original() {
    return original.clone();
  }

  public int attempts() {
    return attempts;
  }

  public String error() {
    return error;
  }

  public long failedAtMillis() {
    return failedAtMillis;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeadRow row
        && row.revision == revision
        && row.attempts == attempts
        && row.failedAtMillis == failedAtMillis
        && row.error.equals(error)
        && Arrays.equals(row.original, original);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(revision);
  }
}
