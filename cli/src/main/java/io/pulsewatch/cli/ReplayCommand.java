package io.pulsewatch.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import com.google.protobuf.util.JsonFormat;
import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.cli.vectors.BadVectorFileException;
import io.pulsewatch.cli.vectors.GroupResult;
import io.pulsewatch.cli.vectors.VectorFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pulsewatch replay}. */
@Command(name = "replay", description = "Hold the detectors against what is known of them.")
final class ReplayCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final OutputOption output;

  @Option(
      names = "--vectors",
      required = true,
      paramLabel = "FILE",
      description = "Run the conformance vectors of a file; code 1 if any fails.")
  private Path vectors = Path.of("");

  ReplayCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    List<GroupResult> results = run();
    if (output.json()) {
      results.forEach(result -> surroundings.out().println(json(result)));
    } else {
      printForPeople(results);
    }
    surroundings.out().flush();
    results.forEach(result -> result.failures().forEach(surroundings::say));
    return results.stream().allMatch(result -> result.failed() == 0)
        ? ExitCodes.DONE
        : ExitCodes.NEGATIVE;
  }

  private List<GroupResult> run() {
    try {
      return VectorFile.read(vectors).run();
    } catch (BadVectorFileException e) {
      throw CommandException.usage("--vectors: " + e.getMessage());
    }
  }

  private void printForPeople(List<GroupResult> results) {
    Table table = new Table("GROUP", "PASSED", "FAILED", "UNSUPPORTED");
    for (GroupResult result : results) {
      table.row(
          Cell.plain(
              List.of(
                  result.group(),
                  Integer.toString(result.passed()),
                  Integer.toString(result.failed()),
                  Integer.toString(result.unsupported()))));
    }
    table.print(surroundings.out(), surroundings.colour());
  }

  private static String json(GroupResult result) {
    return "{\"group\":"
        + quoted(result.group())
        + ",\"passed\":"
        + result.passed()
        + ",\"failed\":"
        + result.failed()
        + ",\"unsupported\":"
        + result.unsupported()
        + "}";
  }

  private static String quoted(String text) {
    try {
      return JsonFormat.printer().print(StringValue.of(text));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a text holds no Any", e);
    }
  }
}
