package io.pulsewatch.cli.vectors;

/** The file is not one of vectors; the message says in one line why. Immutable. */
public final class BadVectorFileException extends Exception {
  private static final long serialVersionUID = 1L;

  BadVectorFileException(String message) {
    super(message);
  }
}
