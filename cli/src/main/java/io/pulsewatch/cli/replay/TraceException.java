package io.pulsewatch.cli.replay;

/**
 * A file that is no trace; the message is one line that names the file, the line and the remedy.
 */
public final class TraceException extends Exception {
  private static final long serialVersionUID = 1L;

  TraceException(String message) {
    super(message);
  }
}
