package io.pulsewatch.cli;

import io.pulsewatch.v1.ClearOverrideRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pulsewatch override clear}. */
@Command(
    name = "clear",
    description = "Clear the override of an instance; where there is none, nothing happens.")
final class OverrideClearCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final InstanceArgument instance = new InstanceArgument();
  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  OverrideClearCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    InstanceArgument.Name name = instance.name();
    ClearOverrideRequest request =
        ClearOverrideRequest.newBuilder()
            .setService(name.service())
            .setInstanceId(name.id())
            .build();
    return server.ask(
        client -> {
          output.print(
              client.clearOverride(request).getInstance(),
              after -> surroundings.out().println(name + ": no override"));
          return ExitCodes.DONE;
        });
  }
}
