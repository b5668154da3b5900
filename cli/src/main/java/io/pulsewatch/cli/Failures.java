package io.pulsewatch.cli;

import io.grpc.Status;
import io.pulsewatch.client.PulsewatchException;

/** What a failed call means to the shell, in one line. Immutable. */
final class Failures {
  private static final String NO_ANSWER = "no answer in time";

  private Failures() {}

  /**
   * Translates what a server, or the way to it, said.
   *
   * @param servers whom the call was meant for, as the user wrote them
   */
  static CommandException of(PulsewatchException failure, String servers) {
    String tls = TlsTrouble.remedy(failure.description());
    if (tls != null) {
      return new CommandException(ExitCodes.UNREACHABLE, "cannot reach " + servers + ": " + tls);
    }
    if (isStranger(failure)) {
      return new CommandException(
          ExitCodes.UNREACHABLE, servers + " answers, but is no Pulsewatch server");
    }
    return switch (failure.code()) {
      case UNAVAILABLE ->
          // A reason was given by a server; without one, nobody answered.
          failure.reason().isEmpty()
              ? unreachable(servers, words(failure))
              : new CommandException(
                  ExitCodes.UNREACHABLE, servers + " is not available: " + words(failure));
      case DEADLINE_EXCEEDED -> unreachable(servers, NO_ANSWER);
      case NOT_FOUND -> new CommandException(ExitCodes.NEGATIVE, words(failure));
      case INVALID_ARGUMENT, OUT_OF_RANGE -> CommandException.usage(words(failure));
      case UNIMPLEMENTED ->
          new CommandException(
              ExitCodes.REFUSED,
              servers + " does not know this call (is it a Pulsewatch server of this release?)");
      case OK,
          CANCELLED,
          UNKNOWN,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new CommandException(ExitCodes.REFUSED, failure.code() + ": " + words(failure));
    };
  }

  /** Without what Netty and gRPC put around the one fact. */
  private static String bare(String description) {
    if (description.contains("Connection refused")) {
      return "connection refused";
    }
    return description
        .replaceFirst("^io exception: ", "")
        .replaceFirst("^Unable to resolve host ([^:]*).*", "the host name $1 is unknown");
  }

  /** Something that speaks HTTP, perhaps, but not the contract. */
  private static boolean isStranger(PulsewatchException failure) {
    return failure.description().startsWith("http2 exception")
        || failure.description().startsWith("HTTP status code");
  }

  static CommandException unreachable(String servers, String why) {
    return new CommandException(
        ExitCodes.UNREACHABLE,
        "cannot reach " + servers + ": " + why + " (is it running? pulsewatch serve starts one)");
  }

  /** The same for a watch that goes on; who did not answer says nothing. */
  static String wordsOfBreak(PulsewatchException failure) {
    return failure.code() == Status.Code.DEADLINE_EXCEEDED ? NO_ANSWER : words(failure);
  }

  /** The description, which names the instance and the remedy, or at least the code. */
  static String words(PulsewatchException failure) {
    String tls = TlsTrouble.sureRemedy(failure.description());
    if (tls != null) {
      return tls;
    }
    return failure.description().isEmpty()
        ? failure.code().toString()
        : bare(failure.description());
  }
}
