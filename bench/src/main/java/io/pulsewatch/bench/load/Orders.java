package io.pulsewatch.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines from the standard input of a process whose only thread must not wait for them, or has
 * nothing else to do. The process ends when its input ends. Thread-safe.
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

  /** Who answers a line of numbers with a line. */
  interface Answerer {
    Object answer(int[] numbers) throws IOException;
  }

  /**
   * Says that it is ready, and answers one line after the other until the input ends; for a process
   * that has nothing else to do. Before its numbers a line has one word.
   */
  static void serve(Answerer answerer) throws IOException {
    BufferedReader lines = input();
    System.out.println("ready");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int[] numbers = Stream.of(line.split(" ", -1)).skip(1).mapToInt(Integer::parseInt).toArray();
      System.out.println(answerer.answer(numbers));
    }
  }

  private static BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  /** The words of the next line; null if there is none yet. */
  String @Nullable [] poll() {
    String line = lines.poll();
    return line == null ? null : line.split(" ", -1);
  }

  private void readAll() {
    try (BufferedReader reader = input()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      System.err.println("input: " + e);
    }
    Runtime.getRuntime().halt(0);
  }
}
