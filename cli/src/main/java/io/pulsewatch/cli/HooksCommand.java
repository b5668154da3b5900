package io.pulsewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code pulsewatch hooks}: the parent of list, test and replay. */
@Command(
    name = "hooks",
    synopsisSubcommandLabel = "(list | test | replay)",
    description = {
      "See and try what a server does about changes: webhooks and commands.",
      "They are configured where the server is started: hooks in its file."
    })
final class HooksCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw CommandException.usage("hooks: list, test or replay? (see: pulsewatch hooks --help)");
  }
}
