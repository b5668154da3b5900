package io.pulsewatch.cli;

import io.pulsewatch.cli.config.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch config check}. */
@Command(
    name = "check",
    description = {
      "Look for everything that is wrong in a file of settings, without a server.",
      "The environment does not count. Files that it names are not opened.",
      "Exit code 0 if serve would take it, and 2 with one line for each fault if not."
    })
final class ConfigCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The file.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  ConfigCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ServeSettings settings = ServeSettings.ofFile(file, surroundings).withHooks();
    List<Fault> faults = settings.configuration().faults();
    if (!faults.isEmpty()) {
      faults.forEach(fault -> surroundings.say(fault.toString()));
      return ExitCodes.USAGE;
    }
    checkTogether(settings);
    surroundings
        .out()
        .println(
            file
                + ": good, "
                + settings.configuration().settings().size()
                + " values"
                + hooks(settings.hooks().size()));
    return ExitCodes.DONE;
  }

  private static String hooks(int count) {
    return count == 0 ? "" : ", " + count + (count == 1 ? " hook" : " hooks");
  }

  /** What one value alone cannot show. */
  private void checkTogether(ServeSettings settings) {
    CommandLine serve = Cli.prepared(ServeSettings.command(surroundings));
    serve.setDefaultValueProvider(settings);
    serve.parseArgs();
    try {
      serve.<ServeCommand>getCommand().check();
    } catch (CommandException e) {
      throw CommandException.usage(settings.explained(e.line()));
    }
  }
}
