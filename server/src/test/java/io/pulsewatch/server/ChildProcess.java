package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of our own with a test's main class, talking by lines on its standard output. It ends when
 * its standard input does, so it outlives no test. Thread-safe.
 */
final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private ChildProcess(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  static ChildProcess start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ChildProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Gives it a line on its standard input. */
  void tell(String line) throws IOException {
    Writer input = process.outputWriter(StandardCharsets.UTF_8);
    input.write(line + "\n");
    input.flush();
  }

  /** The next line that it says. */
  String line() throws IOException {
    String line = lines.readLine();
    assertThat(line).as("the child has ended").isNotNull();
    return line;
  }

  /** Sends STOP, CONT or KILL to this process and to no other. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  int exit() throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Ends its input, on which it ends by itself. */
  void endInput() throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).close();
  }

  /** SIGKILL works on a stopped process, too. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
