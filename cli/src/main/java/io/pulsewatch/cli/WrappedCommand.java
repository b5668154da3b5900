package io.pulsewatch.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs as our child: same standard streams, same signals, same end.
 *
 * <p>Where {@code setpriv --pdeathsig} works (util-linux on Linux), the kernel kills the child when
 * we are gone, even by SIGKILL. The kernel's "parent" is the <em>thread</em> that forked, so one
 * thread calls {@link #start} and {@link #await}: the main one, which outlives the child. All
 * launch mechanisms of JDK 17 and 25 keep that thread the parent: jspawnhelper execs, it does not
 * fork. What the child starts itself is not killed, nor is a set-user-id program: the kernel clears
 * the wish there.
 *
 * <p>Guarded by {@code lock}.
 */
final class WrappedCommand {
  private static final List<String> FORWARDED = List.of("TERM", "INT", "HUP", "USR1", "USR2");
  private static final List<String> ENDING = List.of("TERM", "INT");
  private static final List<String> DIE_WITH_US = List.of("setpriv", "--pdeathsig", "KILL", "--");

  /** What the JVM reads where bytes are no text. */
  private static final String UNREADABLE = "\ufffd";

  /** Set by bin/pulsewatch where it had to give the JVM another locale: the one there was. */
  private static final String LOCALE_BEFORE = "PULSEWATCH_LC_ALL";

  private static final int SIGNAL_BASE = 128;
  private static final int LAST_SIGNAL = 64;

  private final List<String> command;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<String> early = new ArrayList<>();

  @GuardedBy("lock")
  private @Nullable Process child;

  @GuardedBy("lock")
  private @Nullable Supplier<CompletableFuture<Void>> beforeItsEnd;

  /** What is done before its end is under way. */
  @GuardedBy("lock")
  private boolean isEnding;

  /** It has been told to end. */
  @GuardedBy("lock")
  private boolean isTold;

  /**
   * Makes one.
   *
   * @param command not empty
   * @param searchPath the variable PATH
   */
  WrappedCommand(List<String> command, String searchPath) {
    if (command.stream().anyMatch(each -> each.contains(UNREADABLE))) {
      throw CommandException.usage(
          "the command has letters that this locale cannot read: set LC_ALL=C.UTF-8 or the like");
    }
    Executable.check(command.get(0), searchPath);
    this.command = List.copyOf(command);
  }

  /** Starts it, and hands signals on: those that came before it was there, too. */
  void start() {
    FORWARDED.forEach(each -> Signals.on(each, this::onSignal));
    List<String> line = new ArrayList<>();
    if (canDieWithUs()) {
      line.addAll(DIE_WITH_US);
    }
    line.addAll(command);
    synchronized (lock) {
      try {
        child = withLocaleBefore(new ProcessBuilder(line).inheritIO()).start();
      } catch (IOException e) {
        throw new CommandException(
            ExitCodes.NOT_EXECUTABLE, "'" + command.get(0) + "' cannot be run: " + e.getMessage());
      }
      Process started = child;
      early.forEach(signal -> send(signal, started));
      early.clear();
    }
  }

  /** From now on the first TERM or INT waits until this is done; a second one goes at once. */
  void beforeItsEnd(Supplier<CompletableFuture<Void>> first) {
    synchronized (lock) {
      beforeItsEnd = first;
    }
  }

  /** Waits, on the thread that started it; returns its exit code, or 128 + its signal. */
  int await() throws InterruptedException {
    return started().waitFor();
  }

  private Process started() {
    synchronized (lock) {
      return Objects.requireNonNull(child, "not started");
    }
  }

  /** What is told of such an end: {@code exit 3}, {@code signal 9}. */
  static String endInWords(int exitCode) {
    return exitCode > SIGNAL_BASE && exitCode <= SIGNAL_BASE + LAST_SIGNAL
        ? "signal " + (exitCode - SIGNAL_BASE)
        : "exit " + exitCode;
  }

  /**
   * Hands a signal on, unless the child has it already: Ctrl-C at a terminal goes to the whole
   * foreground group, and programs take a second one for impatience.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // what follows it is the end of the command
  private void onSignal(String name) {
    if (name.equals("INT") && Foreground.isOurs()) {
      return;
    }
    Supplier<CompletableFuture<Void>> first = null;
    synchronized (lock) {
      if (child == null) {
        early.add(name);
      } else if (ENDING.contains(name) && beforeItsEnd != null && !isEnding) {
        isEnding = true;
        first = beforeItsEnd;
      } else {
        isTold |= ENDING.contains(name);
        send(name, child);
      }
    }
    if (first != null) {
      first.get().thenRun(() -> end(name));
    }
  }

  /** What was to be done before is done; a second signal may have been faster. */
  private void end(String name) {
    synchronized (lock) {
      if (!isTold && child != null) {
        isTold = true;
        send(name, child);
      }
    }
  }

  /** The JDK itself knows TERM and KILL only; the shell's own kill needs no further program. */
  private static void send(String signal, Process child) {
    if (signal.equals("TERM")) {
      child.destroy();
    } else if (child.isAlive()) {
      quietly("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(child.pid()));
    }
  }

  private static ProcessBuilder withLocaleBefore(ProcessBuilder builder) {
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
