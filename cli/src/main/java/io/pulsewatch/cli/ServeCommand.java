package io.pulsewatch.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pulsewatch serve}. */
@Command(
    name = "serve",
    description = {
      "Run a server in the foreground, until TERM or INT.",
      "What it knows it keeps in memory: a restart forgets everything, and clients register anew."
    })
final class ServeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = ServerOption.DEFAULT,
      description = "Where to listen (default: ${DEFAULT-VALUE}); port 0: any free port.")
  private String listen = ServerOption.DEFAULT;

  @Option(
      names = "--memory",
      description = "Keep everything in memory: all there is in this release, said or not.")
  private boolean memory;

  @Option(
      names = "--insecure",
      description = "Listen off loopback although nothing is encrypted and everybody may do all.")
  private boolean insecure;

  @Option(
      names = "--preservation",
      paramLabel = "on|off",
      description =
          "Doubt the own network first when many fall silent at once. Accepted, but not built in"
              + " this release: as off.")
  private Switch preservation = Switch.OFF;

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** On or off. */
  enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    HostPort address = HostPort.parse("--listen", listen);
    if (preservation == Switch.ON) {
      surroundings.say("--preservation on: this release has no preservation yet; it stays off");
    }
    throw new CommandException(
        ExitCodes.REFUSED, "no server yet for " + address + insecure + memory);
  }
}
