package io.pulsewatch.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Main} found around it, so that nothing else asks the machine.
 *
 * @param out answers
 * @param err what is said beside them
 * @param colour whether answers go to a terminal that wants colour
 * @param environment the environment's variables
 * @param clock wall clock and time zone, for people
 * @param nanoTicker monotonic clock
 * @param dialer the way to servers; null: as the client makes it
 */
record Surroundings(
    PrintStream out,
    PrintStream err,
    boolean colour,
    Map<String, String> environment,
    Clock clock,
    LongSupplier nanoTicker,
    @Nullable Dialer dialer) {

  Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Where the user's programs keep what they know; null where the environment does not tell. */
  @Nullable Path dataHome() {
    String named = environment.getOrDefault("XDG_DATA_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return home.isEmpty() ? null : Path.of(home, ".local", "share");
  }

  /** Says one line beside the answers. */
  void say(String line) {
    err.println("pulsewatch: " + Text.clean(line));
    err.flush();
  }
}
