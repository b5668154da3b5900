package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.ServiceSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch services}. */
@Command(name = "services", description = "Print the services, with how many instances are how.")
final class ServicesCommand implements Callable<Integer> {
  /** The most that a server gives at once. */
  private static final int PAGE_SIZE = 1000;

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "SERVICE",
      description = "Names, or globs with * and ?. Without any: all services.")
  private List<String> services = new ArrayList<>();

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  ServicesCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    ListServicesRequest request =
        ListServicesRequest.newBuilder()
            .addAllServices(SelectionOptions.checked(services))
            .setPageSize(PAGE_SIZE)
            .build();
    return server.ask(
        client -> {
          output.printAll(client.listServices(request), this::printTable);
          return ExitCodes.DONE;
        });
  }

  private void printTable(List<ServiceSummary> summaries) {
    if (summaries.isEmpty()) {
      surroundings.say("no services");
      return;
    }
    Table table = new Table("SERVICE", "SERVING", "ALIVE", "SUSPECT", "DEAD", "LEFT");
    for (ServiceSummary summary : summaries) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.plain(summary.getService()));
      row.add(Cell.plain(Long.toUnsignedString(summary.getServing())));
      for (StateName name : StateName.values()) {
        long count = summary.getCountsOrDefault(Words.of(name.state()), 0);
        row.add(
            new Cell(
                Long.toUnsignedString(count), count == 0 ? Paint.DIM : Paint.of(name.state())));
      }
      table.row(row);
    }
    table.print(surroundings.out(), surroundings.colour());
  }
}
