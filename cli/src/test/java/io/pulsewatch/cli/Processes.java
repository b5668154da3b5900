package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who runs on this machine, as Linux tells it. Stateless. */
final class Processes {
  private static final Path ALL = Path.of("/proc");

  private Processes() {}

  /** Who is dead but not yet waited for, by an init that has other things to do, does not run. */
  static boolean isRunning(long pid) throws IOException {
    return state(pid) != 'Z' && state(pid) != '-';
  }

  /** As {@code ps} tells it; {@code -}: there is none. */
  static char state(long pid) throws IOException {
    Path stat = ALL.resolve(pid + "/stat");
    if (!Files.exists(stat)) {
      return '-';
    }
    String text = Files.readString(stat);
    return text.charAt(text.lastIndexOf(')') + 2);
  }

  /** Whether there is one whose command line has this path in it. */
  static boolean isAnyAbout(Path path) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL, "[0-9]*")) {
      for (Path each : all) {
        if (commandLine(each).contains(path.toString())) {
          return true;
        }
      }
    }
    return false;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), ISO_8859_1);
    } catch (IOException ended) {
      return "";
    }
  }
}
