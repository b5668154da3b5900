package io.pulsewatch.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started here and is stopped here. It ends by itself when its standard input
 * ends, so it does not outlive a benchmark that was killed. Used by one thread; {@link #close} by
 * any.
 */
public final class Child implements AutoCloseable {
  private static final String ENDED = "\0ended";

  private final String name;
  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readLines, "bench-lines-" + name);
    reader.setDaemon(true);
    reader.start();
  }

  public long pid() {
    return process.pid();
  }

  /** The next line that it says. */
  public String await(long timeoutSeconds) throws InterruptedException {
    String line = lines.poll(timeoutSeconds, TimeUnit.SECONDS);
    if (line == null || line.equals(ENDED)) {
      String what = line == null ? "is silent for " + timeoutSeconds + " s" : "ended";
      throw new IllegalStateException(name + " " + what + ": see its log");
    }
    return line;
  }

  /** Says a line to it and awaits its answer. */
  public String ask(String line, long timeoutSeconds) throws InterruptedException, IOException {
    tell(line);
    return await(timeoutSeconds);
  }

  /** Says a line to it whose answer nobody awaits, or not yet. */
  public void tell(String line) throws IOException {
    input.write(line + "\n");
    input.flush();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGSTOP: its sockets stay open and it says nothing. */
  public void pause() throws InterruptedException, IOException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() throws InterruptedException, IOException {
    signal("CONT");
  }

  /** SIGKILL. Returns when it was sent. */
  public long kill() {
    long now = System.nanoTime();
    process.destroyForcibly();
    return now;
  }

  @Override
  public void close() {
    try {
      input.close();
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void signal(String signal) throws InterruptedException, IOException {
    int code =
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid())
            .redirectErrorStream(true)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill -" + signal + " of " + name + ": code " + code);
    }
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Its end of the pipe is gone: the same as its end.
    }
    lines.add(ENDED);
  }
}
