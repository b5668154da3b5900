package io.pulsewatch.bench.traces;

import io.pulsewatch.client.PulsewatchSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A process with many senders of the Java client, each with a connection of its own, and if asked
 * with a heap that keeps the collector busy.
 *
 * <p>Arguments: server, service, number of senders, interval in ms, seconds, seed, live nodes of
 * the heap (0: no pressure).
 */
public final class TraceSenders {
  /** Long, so that no outage of a recording ends a session. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TraceSenders() {}

  /** Sends for that long, leaves, and exits. */
  public static void main(String[] args) throws InterruptedException {
    int senders = Integer.parseInt(args[2]);
    Duration interval = Duration.ofMillis(Long.parseLong(args[3]));
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[4]));
    RandomGenerator random = new SplittableRandom(Long.parseLong(args[5]));
    List<PulsewatchSender> open = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      open.add(
          PulsewatchSender.builder(args[1], String.format("%02d", i))
              .server(args[0])
              .interval(interval)
              .timeout(TIMEOUT)
              .resumeWindow(TIMEOUT)
              .start());
      // Spread over the interval: a fleet does not beat in step.
      TimeUnit.NANOSECONDS.sleep(random.nextLong(interval.toNanos()));
    }
    press(Integer.parseInt(args[6]), endNanos, random);
    open.forEach(PulsewatchSender::close);
    System.exit(0);
  }

  /**
   * Replaces nodes of a large live set at random, at a steady pace: they grow old before they die,
   * so that the collector has to look at the whole heap again and again.
   */
  private static void press(int liveNodes, long endNanos, RandomGenerator random)
      throws InterruptedException {
    Object[] live = new Object[liveNodes];
    while (System.nanoTime() - endNanos < 0) {
      for (int i = 0; i < liveNodes / 500; i++) {
        live[random.nextInt(liveNodes)] = new Object[] {random.nextLong(), i};
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
