package io.pulsewatch.cli;

import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pulsewatch explain}. */
@Command(
    name = "explain",
    description = {
      "Print one instance with its recent changes, and whose fault they were.",
      "Also how late its heartbeats came, and what other timeouts would have cost.",
      "Exit code 0 when it is known, whatever its state, and 1 when it is not."
    })
final class ExplainCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final InstanceArgument instance = new InstanceArgument();
  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  ExplainCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    InstanceArgument.Name name = instance.name();
    ExplainInstanceRequest request =
        ExplainInstanceRequest.newBuilder()
            .setService(name.service())
            .setInstanceId(name.id())
            .build();
    return server.ask(
        client -> {
          output.print(client.explainInstance(request), this::printForPeople);
          return ExitCodes.DONE;
        });
  }

  private void printForPeople(ExplainInstanceResponse answer) {
    new InstanceCard(surroundings).print(answer.getInstance());
    if (answer.getChangesCount() > 0) {
      surroundings.out().println();
      new ChangeStory(surroundings).print(answer.getChangesList());
    }
    surroundings.out().println();
    new LatenessReport(surroundings).print(answer);
  }
}
