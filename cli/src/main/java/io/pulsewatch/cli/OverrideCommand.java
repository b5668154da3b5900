package io.pulsewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code pulsewatch override}: the parent of set and clear. */
@Command(
    name = "override",
    synopsisSubcommandLabel = "(set | clear)",
    description = {
      "Say as an operator what an instance is, whatever it says of itself.",
      "An override is kept by name: it survives reconnects and new incarnations."
    })
final class OverrideCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw CommandException.usage("override: set or clear? (see: pulsewatch override --help)");
  }
}
