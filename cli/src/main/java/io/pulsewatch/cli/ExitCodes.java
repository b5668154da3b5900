package io.pulsewatch.cli;

/** What the command tells the shell. Immutable. */
final class ExitCodes {
  static final int DONE = 0;

  /** The answer is no: unknown name, or not serving where that was asked. */
  static final int NEGATIVE = 1;

  /** {@code serve}: the server broke and stopped itself. */
  static final int SERVER_BROKE = 1;

  static final int USAGE = 2;

  /** No server could be reached, or none answered in time. */
  static final int UNREACHABLE = 3;

  /** A server, or this machine, said no. */
  static final int REFUSED = 4;

  /** A bug in this command; 70 is EX_SOFTWARE of sysexits.h. */
  static final int BUG = 70;

  /** As shells say that a command is there but cannot be run ... */
  static final int NOT_EXECUTABLE = 126;

  /** ... and that there is none. */
  static final int COMMAND_NOT_FOUND = 127;

  /** As shells say it of a reader that has gone: 128 + SIGPIPE. */
  static final int OUTPUT_CLOSED = 141;

  private ExitCodes() {}
}
