package io.pulsewatch.server;

import java.io.IOException;

/** A data directory that cannot be used; its message names the reason and the remedy. */
public final class UnusableDataException extends IOException {
  private static final long serialVersionUID = 1;

  UnusableDataException(IOException reason) {
    super(reason.getMessage(), reason);
  }
}
