package io.pulsewatch.cli;

import java.io.IOException;

/** Why a server cannot listen where it was told to, in words that name the remedy. Immutable. */
final class NoListening {
  private NoListening() {}

  /** The fact at the bottom of the exception, and the remedy. */
  static String reason(IOException failure, HostPort address, String option) {
    Throwable fact = failure;
    while (fact.getCause() != null) {
      fact = fact.getCause();
    }
    String text = String.valueOf(fact.getMessage());
    if (text.contains("in use")) {
      return "the port is in use; choose another with "
          + option
          + ", or stop who has it (ss -ltnp tells)";
    }
    if (text.contains("ermission denied")) {
      return "no permission; ports below 1024 are for root: choose another with " + option;
    }
    if (text.contains("annot assign")) {
      return "no network interface here has this address";
    }
    if (failure.getMessage() != null && failure.getMessage().endsWith("is unknown")) {
      return "the host name " + address.host() + " is unknown";
    }
    return text;
  }
}
