package io.pulsewatch.cli;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.pulsewatch.v1.Change;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch history}. */
@Command(
    name = "history",
    description = {
      "Print what happened, oldest first, with the cause and evidence of each change.",
      "For one instance also how long it was up, between the first change that is shown and now. Up"
          + " is ALIVE; SUSPECT is told beside and does not count as up. Flaps are suspicions that"
          + " were withdrawn.",
      "",
      "How far back it goes is for the server: limits ring_size, or with a data directory"
          + " max_history and history_hours."
    })
final class HistoryCommand implements Callable<Integer> {
  private static final int MOST = 1_000_000;

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE[/ID]",
      description = "One service, a glob with * and ?, or one instance. Without: all.")
  private @Nullable String name;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description =
          "Only changes after a revision (4711), or from a time ago (90m) or a point of time"
              + " (2026-01-31T08:00, or with an offset or Z) on.")
  private @Nullable String since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "At most so many, the newest (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--why", description = "Say with each change whose fault it was, in sentences.")
  private boolean why;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  HistoryCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > MOST) {
      throw CommandException.usage("--limit: " + limit + " (expected: 1 to " + MOST + ")");
    }
    Since from = since == null ? Since.THE_OLDEST : Since.parse(since, surroundings.clock());
    InstanceArgument.@Nullable Name instance =
        name != null && name.contains("/") ? InstanceArgument.Name.parse(name) : null;
    return server.ask(
        client -> {
          HistoryReader reader =
              new HistoryReader(
                  client,
                  instance == null ? services() : List.of(instance.service()),
                  instance == null ? "" : instance.id());
          HistoryReader.Found found = reader.read(from, limit);
          tellGaps(found);
          print(found.changes(), instance);
          return ExitCodes.DONE;
        });
  }

  private List<String> services() {
    return SelectionOptions.checked(name == null ? List.of() : List.of(name));
  }

  /** What the reader might believe to see, and does not. */
  private void tellGaps(HistoryReader.Found found) {
    if (found.leftOut()) {
      surroundings.say("older changes are left out: --limit N shows more than " + limit);
    }
    Change oldest = found.forgotten();
    if (oldest != null) {
      surroundings.say(
          "changes before "
              + Words.day(Spans.of(oldest.getAt()), surroundings.clock())
              + " (revision "
              + oldest.getRevision()
              + ") are not kept any more. A server keeps its newest limits.ring_size changes, and"
              + " with a data directory limits.max_history of them for limits.history_hours");
    }
    if (found.changes().isEmpty()) {
      surroundings.say("no changes");
    }
  }

  private void print(List<Change> changes, InstanceArgument.@Nullable Name instance) {
    if (output.json()) {
      changes.forEach(output::printJson);
    } else if (why) {
      new ChangeStory(surroundings).printNamed(changes);
    } else if (!changes.isEmpty()) {
      ChangeLines lines = ChangeLines.ofThePast(surroundings);
      changes.forEach(lines::fit);
      lines.printHeadings();
      changes.forEach(lines::print);
    }
    if (instance != null && !changes.isEmpty()) {
      Uptime uptime = Uptime.of(changes, surroundings.clock().instant());
      if (output.json()) {
        output.printJson(json(instance, uptime));
      } else {
        surroundings.out().println();
        surroundings.out().println(Text.clean(instance + ": " + uptime.words()));
      }
    }
  }

  private static Struct json(InstanceArgument.Name instance, Uptime uptime) {
    Struct.Builder shares = Struct.newBuilder();
    shares.putFields("service", text(instance.service()));
    shares.putFields("instanceId", text(instance.id()));
    shares.putFields("from", text(uptime.from().toString()));
    shares.putFields("to", text(uptime.from().plus(uptime.span()).toString()));
    shares.putFields("uptime", number(uptime.aliveShare()));
    shares.putFields("suspect", number(uptime.suspectShare()));
    shares.putFields("flaps", text(Integer.toString(uptime.flaps())));
    return Struct.newBuilder()
        .putFields("summary", Value.newBuilder().setStructValue(shares).build())
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value number(double number) {
    return Value.newBuilder().setNumberValue(number).build();
  }
}
