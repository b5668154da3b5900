package io.pulsewatch.cli;

import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListInstancesRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pulsewatch list}. */
@Command(
    name = "list",
    description = {
      "Print the instances, once.",
      "Those that ended (DEAD, LEFT) stay listed for an hour; --state alive,suspect leaves them out.",
      "FOR: how long it has been in its state. HEARD: its newest heartbeat."
    })
final class ListCommand implements Callable<Integer> {
  /** The most that a server gives at once. */
  private static final int PAGE_SIZE = 1000;

  private final Surroundings surroundings;
  @Mixin private final SelectionOptions selection = new SelectionOptions();
  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  ListCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    ListInstancesRequest request =
        ListInstancesRequest.newBuilder()
            .addAllServices(selection.services())
            .setLabelSelector(selection.selector())
            .addAllStates(selection.states())
            .setPageSize(PAGE_SIZE)
            .build();
    return server.ask(
        client -> {
          output.printAll(client.listInstances(request), this::printTable);
          return ExitCodes.DONE;
        });
  }

  private void printTable(List<Instance> instances) {
    if (instances.isEmpty()) {
      surroundings.say("no instances");
      return;
    }
    new InstanceTable(surroundings).print(instances);
  }
}
