package io.pulsewatch.cli;

import io.pulsewatch.v1.AckWatchRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch acknowledge}. */
@Command(
    name = "acknowledge",
    description = {
      "Say that a named watcher has acted on everything up to a revision.",
      "For scripts behind `pulsewatch watch --name NAME -o json`: whoever leaves may wait for it."
    })
final class AckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "NAME", description = "The watcher's name.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "REVISION", description = "As the watch told it.")
  private long revision;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  AckCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    AckWatchRequest request =
        AckWatchRequest.newBuilder().setName(name).setRevision(revision).build();
    return server.ask(
        client -> {
          output.print(
              client.ackWatch(request),
              answer ->
                  surroundings
                      .out()
                      .println(
                          name
                              + ": acknowledged up to "
                              + Long.toUnsignedString(answer.getRevision())));
          return ExitCodes.DONE;
        });
  }
}
