package io.pulsewatch.cli;

import io.pulsewatch.server.Limits;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * One option for each limit of a server, {@code --limits.max_instances} and the like. Immutable.
 *
 * <p>They are made of the server's own list, so none can be forgotten, and left out of the help,
 * which they would drown.
 */
final class LimitOptions {
  private static final String PREFIX = "--limits.";

  private LimitOptions() {}

  /** Adds all of them. */
  static void addTo(CommandSpec spec) {
    Limits.DEFAULT
        .named()
        .forEach(
            (name, value) ->
                spec.addOption(
                    OptionSpec.builder(PREFIX + name)
                        .paramLabel("COUNT")
                        .hidden(true)
                        .type(Integer.class)
                        .arity("1")
                        .converters(new CountConverter())
                        .defaultValue(Long.toString(value))
                        .build()));
    spec.usageMessage()
        .footer(
            "%nLimits: --limits.NAME=COUNT, such as --limits.max_instances=1000;"
                + " pulsewatch config print names them all.");
  }

  /** The limits as they were said. */
  static Limits of(CommandSpec spec) {
    Map<String, Integer> chosen = new HashMap<>();
    for (String name : Limits.DEFAULT.named().keySet()) {
      OptionSpec option = spec.findOption(PREFIX + name);
      if (option != null && option.<Integer>getValue() != null) {
        chosen.put(name, option.getValue());
      }
    }
    return Limits.DEFAULT.with(chosen);
  }

  /** Reads a limit. Immutable. */
  private static final class CountConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        int count = Integer.parseInt(text);
        if (count >= 1) {
          return count;
        }
      } catch (NumberFormatException noCount) {
        // It is told below.
      }
      throw new TypeConversionException(
          "'" + text + "' (expected: a whole number, 1 to " + Integer.MAX_VALUE + ")");
    }
  }
}
