package io.pulsewatch.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A server on a data directory in a process of its own, to be killed, stopped, or kept from its
 * disk. It ends in good order when its standard input ends. Thread-safe.
 */
final class ServedProcess implements AutoCloseable {
  private static final String READY = "ready ";

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final int port;

  private ServedProcess(Process process) throws InterruptedException {
    this.process = process;
    Thread reader = new Thread(this::readLines, "served-lines");
    reader.setDaemon(true);
    reader.start();
    String ready = line(line -> line.startsWith(READY));
    this.port = Integer.parseInt(ready.substring(READY.length()));
  }

  /** The server. */
  static final class Main {
    private Main() {}

    /**
     * Runs it until its standard input ends.
     *
     * @param arguments data directory and port, 0 for any; then, where it has a hook, the URL and
     *     the file of secrets
     */
    public static void main(String[] arguments) throws IOException {
      ServerBuilder builder =
          PulsewatchServer.builder()
              .listen("127.0.0.1", Integer.parseInt(arguments[1]))
              .data(Path.of(arguments[0]));
      if (arguments.length > 2) {
        builder.withHook(
            Hook.webhook("receiver", URI.create(arguments[2]), Path.of(arguments[3]))
                .timeout(Duration.ofMillis(700))
                .maxAttempts(1_000_000)
                .backoffMin(Duration.ofMillis(50))
                .backoffMax(Duration.ofMillis(300))
                .build());
      }
      try (PulsewatchServer server = builder.start()) {
        System.out.println(READY + server.port());
        while (System.in.read() >= 0) {
          // until the parent is gone
        }
      }
      System.exit(0);
    }
  }

  /**
   * Starts it, and returns when it takes calls.
   *
   * @param hook nothing, or the URL and the file of secrets of one
   */
  static ServedProcess start(Path directory, int port, String... hook)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(directory.toString(), Integer.toString(port)));
    command.addAll(List.of(hook));
    return new ServedProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  int port() {
    return port;
  }

  /** The next line of its log, and of what it says, that fits. */
  String line(Predicate<String> fits) throws InterruptedException {
    List<String> others = new ArrayList<>();
    while (true) {
      String line = lines.poll(Sockets.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new AssertionError("no such line; the others: " + others);
      }
      if (fits.test(line)) {
        return line;
      }
      others.add(line);
    }
  }

  /** Lines so far that nobody took. */
  List<String> left() {
    List<String> left = new ArrayList<>();
    lines.drainTo(left);
    return left;
  }

  /** Allows files of so many bytes; what it writes beyond fails. Negative: any. */
  void allowFileBytes(long bytes) throws IOException, InterruptedException {
    String soft = bytes < 0 ? "unlimited" : Long.toString(bytes);
    Process limit =
        new ProcessBuilder(
                "prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + soft + ":")
            .inheritIO()
            .start();
    if (limit.waitFor() != 0) {
      throw new IOException("prlimit: " + limit.exitValue());
    }
  }

  /** SIGKILL, and waits for the end. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Asks it to stop in good order. */
  void endInput() throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).close();
  }

  /** Lets it stop in good order, and waits for the end. */
  void stop() throws IOException, InterruptedException {
    endInput();
    if (!process.waitFor(Sockets.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it does not stop");
    }
  }

  @Override
  public void close() {
    kill();
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Its end of the pipe is gone: the same as its end.
    }
  }
}
