package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/** The entry point of the pulsewatch command; looks around and hands over. Stateless. */
public final class Main {
  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    Map<String, String> environment = System.getenv();
    Logging.forCommands();
    Connections connections = new Connections();
    int exitCode =
        Cli.run(
            new Surroundings(
                out,
                err,
                wantsColour(environment),
                environment,
                Clock.system(ZoneId.systemDefault()),
                System::nanoTime,
                connections),
            args);
    connections.close();
    System.exit(exitCode);
  }

  /** See no-color.org. */
  private static boolean wantsColour(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb")
        && isTerminal();
  }

  /**
   * The JDK tells of standard input and output together only, and not the same in each release.
   * Where there is no proc(5) there is no colour.
   */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException noProc) {
      return false;
    }
  }
}
