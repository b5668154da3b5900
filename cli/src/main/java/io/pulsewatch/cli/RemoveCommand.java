package io.pulsewatch.cli;

import io.pulsewatch.v1.RemoveInstanceRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pulsewatch remove}. */
@Command(
    name = "remove",
    description = {
      "Drop an instance that ended from the registry, ahead of its time.",
      "Refused while it is alive or suspect."
    })
final class RemoveCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final InstanceArgument instance = new InstanceArgument();
  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  RemoveCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    InstanceArgument.Name name = instance.name();
    RemoveInstanceRequest request =
        RemoveInstanceRequest.newBuilder()
            .setService(name.service())
            .setInstanceId(name.id())
            .build();
    return server.ask(
        client -> {
          output.print(
              client.removeInstance(request),
              answer -> surroundings.out().println(name + ": removed"));
          return ExitCodes.DONE;
        });
  }
}
