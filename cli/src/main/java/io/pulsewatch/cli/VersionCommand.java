package io.pulsewatch.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code pulsewatch version}. */
@Command(name = "version", description = "Print the version of Pulsewatch and of Java.")
final class VersionCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  VersionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    surroundings.out().println("pulsewatch " + version() + " (Java " + Runtime.version() + ")");
    return ExitCodes.DONE;
  }

  /** The version in the jar's manifest. */
  static String version() {
    @Nullable String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
