package io.pulsewatch.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a command is started as our child: with our standard streams, and with its end tied to ours.
 * Immutable.
 *
 * <p>Where {@code setpriv --pdeathsig} works (util-linux on Linux), the kernel kills the child when
 * we are gone, even by SIGKILL. The kernel's "parent" is the <em>thread</em> that forked, so {@link
 * #start} is for one that outlives the child: the main one. All launch mechanisms of JDK 17 and 25
 * keep that thread the parent: jspawnhelper execs, it does not fork. What the child starts itself
 * is not killed, nor is a set-user-id program: the kernel clears the wish there.
 */
final class Launch {
  /** What is handed on to it. */
  static final List<String> FORWARDED = List.of("TERM", "INT", "HUP", "USR1", "USR2");

  /** Of these, what asks it to end. */
  static final Set<String> ENDING = Set.of("TERM", "INT");

  private static final List<String> DIE_WITH_US = List.of("setpriv", "--pdeathsig", "KILL", "--");

  /** What the JVM reads where bytes are no text. */
  private static final String UNREADABLE = "\ufffd";

  /** Set by bin/pulsewatch where it had to give the JVM another locale: the one there was. */
  private static final String LOCALE_BEFORE = "PULSEWATCH_LC_ALL";

  private final List<String> line;
  private final String name;
  private final boolean diesWithUs;

  /**
   * Looks whether it could be started at all.
   *
   * @param command not empty
   * @param searchPath the variable PATH
   */
  Launch(List<String> command, String searchPath) {
    if (command.stream().anyMatch(each -> each.contains(UNREADABLE))) {
      throw CommandException.usage(
          "the command has letters that this locale cannot read: set LC_ALL=C.UTF-8 or the like");
    }
    name = command.get(0);
    Executable.check(name, searchPath);
    diesWithUs = canDieWithUs();
    List<String> words = new ArrayList<>(diesWithUs ? DIE_WITH_US : List.of());
    words.addAll(command);
    line = List.copyOf(words);
  }

  /** Whether it is killed when we are. */
  boolean diesWithUs() {
    return diesWithUs;
  }

  /**
   * Starts it.
   *
   * @param variables that it sees besides ours
   */
  Process start(Map<String, String> variables) {
    ProcessBuilder builder = withLocaleBefore(new ProcessBuilder(line).inheritIO());
    builder.environment().putAll(variables);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CommandException(
          ExitCodes.NOT_EXECUTABLE, "'" + name + "' cannot be run: " + e.getMessage());
    }
  }

  /** The JDK itself knows TERM and KILL only; the shell's own kill needs no further program. */
  static void send(String signal, Process child) {
    if (signal.equals("TERM")) {
      child.destroy();
    } else if (child.isAlive()) {
      quietly("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(child.pid()));
    }
  }

  /**
   * Whether the child has a signal already: Ctrl-C at a terminal goes to the whole foreground
   * group, and programs take a second one for impatience.
   */
  static boolean hasAlready(String signal) {
    return signal.equals("INT") && Foreground.isOurs();
  }

  /** What we start sees the locale that we were started with. */
  static ProcessBuilder withLocaleBefore(ProcessBuilder builder) {
    Map<String, String> environment = builder.environment();
    String before = environment.remove(LOCALE_BEFORE);
    if (before != null && before.isEmpty()) {
      environment.remove("LC_ALL");
    } else if (before != null) {
      environment.put("LC_ALL", before);
    }
    return builder;
  }

  /** Tries it, for there is a setpriv (of busybox) that cannot. */
  private static boolean canDieWithUs() {
    List<String> trial = new ArrayList<>(DIE_WITH_US);
    trial.addAll(List.of("sh", "-c", ":"));
    return quietly(trial.toArray(String[]::new));
  }

  private static boolean quietly(String... line) {
    try {
      return new ProcessBuilder(line)
              .redirectInput(Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
