package io.pulsewatch.cli;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.cli.config.Block;
import io.pulsewatch.cli.config.Key;
import io.pulsewatch.cli.config.Origin;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code pulsewatch config print}. */
@Command(
    name = "print",
    description = {
      "Print every value that serve would have, and where it comes from.",
      "That is a default, a line of the file, a variable, or an option. Give it what serve is given.",
      "Secrets are files, and are not opened."
    })
final class ConfigPrintCommand implements Callable<Integer> {
  /** What is shown of a value that is not there. */
  private static final String NO_VALUE = "-";

  private final Surroundings surroundings;
  @Mixin private final OutputOption output;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private ConfigPrintCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.output = new OutputOption(surroundings, root.output());
  }

  /** Makes the command with all options of {@code serve}. */
  static CommandLine command(Surroundings surroundings, PulsewatchCommand root) {
    CommandLine print = new CommandLine(new ConfigPrintCommand(surroundings, root));
    print.getCommandSpec().addMixin("serve", ServeSettings.command(surroundings).getCommandSpec());
    return print;
  }

  /** One line of the answer. */
  private record Row(String key, String value, Origin origin) {}

  @Override
  public Integer call() {
    ServeSettings settings =
        spec.defaultValueProvider() instanceof ServeSettings said ? said : ServeSettings.NONE;
    ParseResult parsed = spec.commandLine().getParseResult();
    List<Row> rows = new ArrayList<>();
    for (Key key : ServeSettings.keys(ServeSettings.command(surroundings).getCommandSpec()).all()) {
      OptionSpec option = spec.findOption("--" + key.name());
      rows.add(new Row(key.name(), value(key, option, settings), settings.origin(option, parsed)));
    }
    for (Block hook : settings.configuration().blocks()) {
      rows.add(new Row(hook.key(), HookBlocks.shown(hook), hook.origin()));
    }
    if (output.json()) {
      rows.forEach(row -> output.printJson(json(row)));
    } else {
      printTable(rows);
    }
    return ExitCodes.DONE;
  }

  private String value(Key key, OptionSpec option, ServeSettings settings) {
    if (key.name().equals(ServeSettings.CONFIG)) {
      Path file = settings.file();
      return file == null ? "" : file.toString();
    }
    String text = text(option.getValue());
    return text.isEmpty() ? ServeCommand.usual(key.name(), spec, surroundings) : text;
  }

  /** As it would be typed. */
  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Collection<?> several) {
      return several.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    if (value.getClass().isArray()) {
      return IntStream.range(0, Array.getLength(value))
          .mapToObj(i -> String.valueOf(Array.get(value, i)))
          .collect(Collectors.joining(","));
    }
    return value.toString();
  }

  private void printTable(List<Row> rows) {
    Table table = new Table("KEY", "VALUE", "SOURCE");
    for (Row row : rows) {
      Paint paint = row.origin().kind() == Origin.Kind.DEFAULT ? Paint.DIM : Paint.PLAIN;
      table.row(
          List.of(
              Cell.plain(row.key()),
              new Cell(row.value().isEmpty() ? NO_VALUE : row.value(), paint),
              new Cell(row.origin().toString(), paint)));
    }
    table.print(surroundings.out(), surroundings.colour());
  }

  private static Struct json(Row row) {
    Struct.Builder json = Struct.newBuilder().putFields("key", word(row.key()));
    if (!row.value().isEmpty()) {
      json.putFields("value", word(row.value()));
    }
    Origin origin = row.origin();
    json.putFields("source", word(origin.kind().name().toLowerCase(Locale.ROOT)));
    switch (origin.kind()) {
      case DEFAULT -> {}
      case FILE -> {
        json.putFields("file", word(origin.name()));
        json.putFields("line", word(Integer.toString(origin.line())));
      }
      case ENVIRONMENT -> json.putFields("variable", word(origin.name()));
      case FLAG -> json.putFields("option", word(origin.name()));
    }
    return json.build();
  }

  private static Value word(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}
