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
    return home("XDG_DATA_HOME", ".local/share");
  }

  /**
   * Where the user's programs look for their settings; null where the environment does not tell.
   */
  @Nullable Path configHome() {
    return home("XDG_CONFIG_HOME", ".config");
  }

  private @Nullable Path home(String variable, String belowHome) {
    String named = environment.getOrDefault(variable, "");
    String home = environment.getOrDefault("HOME", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return home.isEmpty() ? null : Path.of(home, belowHome);
  }

  /** The same, as if no variable was set. */
  Surroundings withoutEnvironment() {
    return new Surroundings(out, err, colour, Map.of(), clock, nanoTicker, dialer);
  }

  /** Says one line beside the answers. */
  void say(String line) {
    err.println("pulsewatch: " + Text.clean(line));
    err.flush();
  }
}
