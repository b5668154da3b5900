package io.pulsewatch.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A sender in a process of its own, which can be stopped and goes on. It ends with its standard
 * input, so it outlives no test. Thread-safe.
 */
final class ChildSender implements AutoCloseable {
  private static final long WAIT_SECONDS = 20;

  private final Process process;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private ChildSender(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read);
    reader.setDaemon(true);
    reader.start();
  }

  static ChildSender start(String address, Duration interval, Duration timeout) throws IOException {
    return new ChildSender(
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChildSender.class.getName(),
                    address,
                    interval.toString(),
                    timeout.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** What its listener was told next. */
  String next() throws InterruptedException {
    String line = told.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("nothing was told");
    }
    return line;
  }

  /** What its listener was told since. */
  List<String> rest() {
    return List.copyOf(told);
  }

  void hold(Duration pause) throws IOException {
    Writer input = process.outputWriter(StandardCharsets.UTF_8);
    input.write(pause + "\n");
    input.flush();
  }

  /** Sends STOP or CONT to this process and to no other. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("kill -" + name);
    }
  }

  /** SIGKILL works on a stopped process, too. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.add(line);
      }
    } catch (IOException e) {
      // it is gone
    }
  }

  /** The process itself: announces a pause for each line, and says what it is told. */
  public static void main(String[] arguments) throws IOException {
    SenderListener saying =
        new SenderListener() {
          @Override
          public void onRegistered(Registration registration) {
            System.out.println("registered");
          }

          @Override
          public void onExpired() {
            System.out.println("expired");
          }
        };
    try (PulsewatchSender sender =
        PulsewatchSender.builder("orders", "o-1")
            .server(arguments[0])
            .interval(Duration.parse(arguments[1]))
            .timeout(Duration.parse(arguments[2]))
            .listener(saying)
            .start()) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sender.hold(Duration.parse(line));
      }
    }
  }
}
