package io.pulsewatch.cli.render;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs commands, one at a time: the caller waits. Confined to one thread. */
public interface Commands {
  /**
   * How one ended.
   *
   * @param done whether its exit code was 0
   * @param end otherwise how, in words
   * @param said otherwise the last of what it said
   */
  record Result(boolean done, String end, Duration took, List<String> said) {
    /** Copies what it said. */
    public Result {
      said = List.copyOf(said);
    }
  }

  /**
   * Runs one to its end.
   *
   * @param command for the shell
   * @param file what it is about
   */
  Result run(String command, Path file);
}
