package io.pulsewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command without a subcommand: options that all share, and the help. */
@Command(
    name = "pulsewatch",
    header = "Tells who is alive, and tells it the moment it changes.%n",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions; all but -V may also follow the commands that use them:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the answer is no: not found, or not serving; serve: the server broke",
      "2:wrong usage",
      "3:no server could be reached",
      "4:refused, by a server or by this machine",
      "n:beat -- COMMAND: the command's own code, or 128 + its signal;"
          + " 126 it cannot be run, 127 there is none",
    },
    footerHeading = "%nBegin with:%n",
    footer = {
      "  pulsewatch serve",
      "  pulsewatch beat --service demo --id a -- sleep 60",
      "  pulsewatch watch",
    })
final class PulsewatchCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  @Option(
      names = {"-V", "--version"},
      description = "Same as the command version.")
  private boolean version;

  PulsewatchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, null);
    this.output = new OutputOption(surroundings, null);
  }

  ServerOption server() {
    return server;
  }

  OutputOption output() {
    return output;
  }

  @Override
  public Integer call() {
    if (version) {
      return new VersionCommand(surroundings).call();
    }
    throw CommandException.usage("no command was given (see: pulsewatch --help)");
  }
}
