package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchClient;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.Instance;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pulsewatch get}. */
@Command(
    name = "get",
    description = {
      "Print one instance, and why it is as it is.",
      "Exit code 0 when it is known, whatever its state, and 1 when it is not."
    })
final class GetCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final InstanceArgument instance = new InstanceArgument();

  @Option(names = "--check", description = "Exit code 1 also when it does not serve.")
  private boolean check;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  GetCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    InstanceArgument.Name name = instance.name();
    return server.ask(
        client -> {
          Instance found = output.json() ? printJson(client, name) : printForPeople(client, name);
          return check && !found.getServing() ? ExitCodes.NEGATIVE : ExitCodes.DONE;
        });
  }

  private Instance printJson(PulsewatchClient client, InstanceArgument.Name name) {
    Instance found =
        client.getInstance(
            GetInstanceRequest.newBuilder()
                .setService(name.service())
                .setInstanceId(name.id())
                .build());
    output.printJson(found);
    return found;
  }

  /** People want to know why it is as it is, too. */
  private Instance printForPeople(PulsewatchClient client, InstanceArgument.Name name) {
    ExplainInstanceResponse found =
        client.explainInstance(
            ExplainInstanceRequest.newBuilder()
                .setService(name.service())
                .setInstanceId(name.id())
                .build());
    new InstanceCard(surroundings).print(found.getInstance(), found.getChangesList());
    return found.getInstance();
  }
}
