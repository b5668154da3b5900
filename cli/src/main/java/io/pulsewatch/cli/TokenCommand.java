package io.pulsewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code pulsewatch token}: the parent of create. */
@Command(
    name = "token",
    synopsisSubcommandLabel = "(create)",
    description = "Make tokens, for servers that run with serve --token-file.")
final class TokenCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw CommandException.usage("token: create? (see: pulsewatch token --help)");
  }
}
