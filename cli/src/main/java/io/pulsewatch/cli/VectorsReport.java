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

/** The conformance vectors of a file against the detectors. Confined to the main thread. */
final class VectorsReport {
  private final Surroundings surroundings;
  private final OutputOption output;

  VectorsReport(Surroundings surroundings, OutputOption output) {
    this.surroundings = surroundings;
    this.output = output;
  }

  /** Runs them and prints what came of each group; returns the exit code. */
  int run(Path file) {
    List<GroupResult> results = read(file);
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

  private static List<GroupResult> read(Path file) {
    try {
      return VectorFile.read(file).run();
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

  /** A text as JSON writes it. */
  static String quoted(String text) {
    try {
      return JsonFormat.printer().print(StringValue.of(text));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a text holds no Any", e);
    }
  }
}
