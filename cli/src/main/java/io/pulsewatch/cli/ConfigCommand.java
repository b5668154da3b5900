package io.pulsewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code pulsewatch config}: the parent of print and check. */
@Command(
    name = "config",
    synopsisSubcommandLabel = "(print | check)",
    description = {
      "Look at the settings of serve: one YAML file, the environment over it, options over both.",
      "Each option --some-name is the key some-name and the variable PULSEWATCH_SERVE_SOME_NAME."
    })
final class ConfigCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw CommandException.usage("config: print or check? (see: pulsewatch config --help)");
  }
}
