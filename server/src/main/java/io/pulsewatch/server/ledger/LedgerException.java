package io.pulsewatch.server.ledger;

import java.io.IOException;

/** A ledger that cannot be used; its message names the reason and the remedy. */
public final class LedgerException extends IOException {
  private static final long serialVersionUID = 1;

  LedgerException(String message) {
    super(message);
  }

  LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
