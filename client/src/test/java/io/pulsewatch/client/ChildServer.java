package io.pulsewatch.client;

import io.pulsewatch.server.PulsewatchServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * This project's server in a process of its own, which can be stopped and goes on. It ends with its
 * standard input, so it outlives no test. Thread-safe.
 */
final class ChildServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private ChildServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static ChildServer start() throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChildServer.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    return new ChildServer(process, Integer.parseInt(lines.readLine()));
  }

  String address() {
    return "127.0.0.1:" + port;
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

  /** The process itself: says its port. */
  public static void main(String[] arguments) throws IOException {
    try (PulsewatchServer server = PulsewatchServer.builder().listen("127.0.0.1", 0).start()) {
      System.out.println(server.port());
      while (System.in.read() >= 0) {
        // until the parent is gone
      }
    }
  }
}
