package io.pulsewatch.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lines from the standard input of a process whose only thread must not wait for them. The process
 * ends when its input ends. Thread-safe.
 */
final class Orders {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  /** Starts to read. */
  static Orders read() {
    Orders orders = new Orders();
    Thread reader = new Thread(orders::readAll, "bench-input");
    reader.setDaemon(true);
    reader.start();
    return orders;
  }

  /** The words of the next line; null if there is none yet. */
  String @Nullable [] poll() {
    String line = lines.poll();
    return line == null ? null : line.split(" ", -1);
  }

  private void readAll() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      System.err.println("input: " + e);
    }
    Runtime.getRuntime().halt(0);
  }
}
