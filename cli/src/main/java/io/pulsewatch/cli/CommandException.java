package io.pulsewatch.cli;

/**
 * The end of a command that did not do what it was asked: one line, and an exit code. Immutable.
 */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static CommandException usage(String message) {
    return new CommandException(ExitCodes.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }

  /** The line for people. */
  String line() {
    return String.valueOf(getMessage());
  }
}
