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
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

  private static final long LOOK_MILLIS = 10;

  private final Clocks clocks;
  private final ThreadPoolExecutor threads;

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
            new LinkedBlockingQueue<>(),
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

  @Override
  public void close() {
    threads.shutdownNow();
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
    private int dropped;

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
        input = Files.createTempFile("pulsewatch-hook-", ".json");
        try (OutputStream file = Files.newOutputStream(input)) {
          letter.body().writeTo(file);
        }
        outcome = await(start(input));
      } catch (IOException e) {
        outcome = new Outcome.Failed(String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        outcome = new Outcome.Failed("the server stopped");
      } catch (RuntimeException e) { // whoever waits is answered
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
      try {
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          drain(process);
          long now = clocks.nanoTicker().getAsLong();
          if (isCancelled && askedNanos == null) {
            askedNanos = now;
            process.toHandle().destroy(); // which leaves its output open
          } else if (askedNanos != null && now - askedNanos >= KILL_NANOS) {
            process.toHandle().destroyForcibly();
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

    private void drain(Process process) throws IOException {
      InputStream said = process.getInputStream();
      for (int ready = said.available(); ready > 0; ready = said.available()) {
        byte[] bytes = said.readNBytes(Math.min(ready, MAX_OUTPUT_BYTES));
        int kept = Math.min(bytes.length, MAX_OUTPUT_BYTES - output.length());
        output.append(new String(bytes, 0, kept, StandardCharsets.UTF_8));
        dropped += bytes.length - kept;
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
