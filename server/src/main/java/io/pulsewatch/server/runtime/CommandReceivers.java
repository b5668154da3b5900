package io.pulsewatch.server.runtime;

import io.pulsewatch.server.hook.Letter;
import io.pulsewatch.server.hook.Outcome;
import io.pulsewatch.server.hook.Receiver;
import io.pulsewatch.server.hook.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Commands of this machine, each waited for on a thread of its own. No shell reads their words.
 *
 * <p>What is said to a command lies in a file that only we can read: a pipe that nobody empties
 * would hold us. What it says is looked at now and then and not waited for: a child of it may hold
 * its end for ever.
 *
 * <p>Thread-safe.
 */
public final class CommandReceivers implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");

  /** Of what one command says; the rest is dropped. */
  static final int MAX_OUTPUT_BYTES = 4 * 1024;

  /** Between being asked to end and being ended. */
  private static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** After that, until a stop of the server waits no longer. */
  private static final long CLOSE_NANOS = KILL_NANOS + TimeUnit.SECONDS.toNanos(1);

  private static final long LOOK_MILLIS = 10;

  /** Read at once of what a command says; between, its time is looked at. */
  private static final int MAX_DRAIN_BYTES = 64 * 1024;

  private final Clocks clocks;
  private final ThreadPoolExecutor threads;
  private volatile boolean isClosing;

  /**
   * Creates the threads; each begins with a command.
   *
   * @param parallel commands at once, of all hooks together
   */
  public CommandReceivers(Clocks clocks, int parallel) {
    this.clocks = clocks;
    this.threads =
        new ThreadPoolExecutor(
            parallel,
            parallel,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // as many as are under way: each is told when it has run
            new Threads("hook-exec"));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Makes the receiver of one hook. */
  public Receiver of(String name, Target.Command target) {
    return (letter, attempt, done) -> {
      Run run = new Run(name, target, letter, attempt, done);
      threads.execute(run);
      return run::cancel;
    };
  }

  /** Asks those that run to end, and ends them where they do not. */
  @Override
  public void close() {
    isClosing = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_NANOS, TimeUnit.NANOSECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** One command. Confined to its thread, but for {@link #cancel}. */
  private final class Run implements Runnable {
    private final String name;
    private final Target.Command target;
    private final Letter letter;
    private final int attempt;
    private final Consumer<Outcome> done;
    private final StringBuilder output = new StringBuilder();
    private volatile boolean isCancelled;
    private long dropped;

    Run(String name, Target.Command target, Letter letter, int attempt, Consumer<Outcome> done) {
      this.name = name;
      this.target = target;
      this.letter = letter;
      this.attempt = attempt;
      this.done = done;
    }

    void cancel() {
      isCancelled = true;
    }

    @Override
    public void run() {
      Outcome outcome;
      Path input = null;
      try {
        if (mustEnd()) {
          done.accept(new Outcome.Failed("ended"));
          return;
        }
        input = Files.createTempFile("pulsewatch-hook-", ".json");
        try (OutputStream file = Files.newOutputStream(input)) {
          letter.body().writeTo(file);
        }
        outcome = await(start(input));
      } catch (IOException e) {
        outcome = new Outcome.Failed(String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        outcome = new Outcome.Failed("the server stopped");
      } catch (RuntimeException | Error e) { // at the thread's top: whoever waits is answered
        outcome = new Outcome.Failed(e.toString());
      } finally {
        delete(input);
      }
      if (output.length() > 0) {
        LOGGER.log(
            Level.INFO,
            "hook {0} {1}: {2}{3}",
            name,
            letter.subject(),
            output.toString().strip(),
            dropped == 0 ? "" : " (" + dropped + " bytes more)");
      }
      done.accept(outcome);
    }

    private Process start(Path input) throws IOException {
      ProcessBuilder command =
          new ProcessBuilder(target.words())
              .redirectErrorStream(true)
              .redirectInput(input.toFile());
      Map<String, String> environment = command.environment();
      environment.putAll(letter.variables());
      environment.put("PULSEWATCH_HOOK", name);
      environment.put("PULSEWATCH_EVENT_ID", letter.id());
      environment.put("PULSEWATCH_EVENT_TYPE", letter.type());
      environment.put("PULSEWATCH_ATTEMPT", Integer.toString(attempt));
      return command.start();
    }

    private Outcome await(Process process) throws IOException, InterruptedException {
      @Nullable Long askedNanos = null;
      List<ProcessHandle> asked = List.of();
      try {
        while (!hasEnded(process, asked)) {
          drain(process);
          long now = clocks.nanoTicker().getAsLong();
          if (mustEnd() && askedNanos == null) {
            askedNanos = now;
            asked = family(process);
            asked.forEach(ProcessHandle::destroy); // which leaves its output open
          } else if (askedNanos != null && now - askedNanos >= KILL_NANOS) {
            asked.forEach(ProcessHandle::destroyForcibly);
            family(process).forEach(ProcessHandle::destroyForcibly);
            asked = List.of(); // of those that nobody buries some would seem alive for ever
          }
        }
        drain(process);
      } finally {
        process.destroyForcibly();
      }
      if (askedNanos != null) {
        return new Outcome.Failed("ended");
      }
      int code = process.exitValue();
      String last = lastLine();
      String text = "exit code " + code + (last.isEmpty() ? "" : ": " + last);
      return code == 0 ? new Outcome.Delivered(text) : new Outcome.Failed(text);
    }

    private boolean mustEnd() {
      return isCancelled || isClosing;
    }

    /** Waits a little. Those that were asked to end are waited for, too. */
    private boolean hasEnded(Process process, List<ProcessHandle> asked)
        throws InterruptedException {
      if (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
      if (asked.stream().noneMatch(ProcessHandle::isAlive)) {
        return true;
      }
      Thread.sleep(LOOK_MILLIS);
      return false;
    }

    private List<ProcessHandle> family(Process process) {
      return Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    }

    private void drain(Process process) throws IOException {
      InputStream said = process.getInputStream();
      int read = 0;
      for (int ready = said.available();
          ready > 0 && read < MAX_DRAIN_BYTES;
          ready = said.available()) {
        byte[] bytes = said.readNBytes(Math.min(ready, MAX_OUTPUT_BYTES));
        int kept = Math.min(bytes.length, MAX_OUTPUT_BYTES - output.length());
        output.append(new String(bytes, 0, kept, StandardCharsets.UTF_8));
        dropped += bytes.length - kept;
        read += bytes.length;
      }
    }

    private String lastLine() {
      String said = output.toString().strip();
      return said.substring(said.lastIndexOf('\n') + 1);
    }
  }

  private static void delete(@Nullable Path input) {
    try {
      if (input != null) {
        Files.deleteIfExists(input);
      }
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a hook's input stays behind", e);
    }
  }
}
