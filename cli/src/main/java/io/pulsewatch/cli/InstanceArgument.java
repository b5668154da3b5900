package io.pulsewatch.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The instance that is meant: {@code SERVICE/ID}, or {@code SERVICE ID}. */
final class InstanceArgument {
  @Parameters(
      arity = "1..2",
      paramLabel = "SERVICE/ID",
      description = "The instance; SERVICE ID, as two words, does too.")
  private List<String> words = new ArrayList<>();

  /**
   * An instance's name.
   *
   * @param service not empty
   * @param id not empty
   */
  record Name(String service, String id) {
    static Name parse(String text) {
      String[] parts = text.split("/", -1);
      if (parts.length != 2) {
        throw expected(text);
      }
      return of(parts[0], parts[1]);
    }

    static Name of(String service, String id) {
      if (service.isBlank() || id.isBlank() || service.contains("/") || id.contains("/")) {
        throw expected(service + "/" + id);
      }
      return new Name(service, id);
    }

    private static CommandException expected(String text) {
      return CommandException.usage("'" + text + "' names no instance (expected: SERVICE/ID)");
    }

    @Override
    public String toString() {
      return service + "/" + id;
    }
  }

  Name name() {
    return switch (words.size()) {
      case 1 -> Name.parse(words.get(0));
      case 2 -> Name.of(words.get(0), words.get(1));
      default -> throw CommandException.usage("one instance at a time: " + String.join(" ", words));
    };
  }
}
