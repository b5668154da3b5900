package io.pulsewatch.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A program, looked for as a shell does. Immutable. */
final class Executable {

  private Executable() {}

  /** Fails, with the exit code of shells, where the command could not be run. */
  static void check(String command, String searchPath) {
    if (find(command, searchPath).isPresent()) {
      return;
    }
    boolean there = command.contains("/") && exists(command);
    throw there
        ? new CommandException(
            ExitCodes.NOT_EXECUTABLE, "'" + command + "' is no program that may be run here")
        : new CommandException(
            ExitCodes.COMMAND_NOT_FOUND, "command '" + command + "' was not found");
  }

  /** Returns the file that would be run. */
  static Optional<Path> find(String command, String searchPath) {
    if (command.contains("/")) {
      return runnable(command);
    }
    for (String folder : searchPath.split(":", -1)) {
      Optional<Path> found = runnable((folder.isEmpty() ? "." : folder) + "/" + command);
      if (found.isPresent() && !command.isEmpty()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> runnable(String file) {
    try {
      return Optional.of(Path.of(file))
          .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean exists(String file) {
    try {
      return Files.exists(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
