package io.pulsewatch.cli.vectors;

/** A case that cannot be judged: something that it needs is missing or unknown. Immutable. */
final class UnsupportedCaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedCaseException(String message) {
    super(message);
  }
}
