package io.pulsewatch.bench.load;

import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.bench.wire.XdsAnswer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * xDS clients of {@link Pools}, each on a connection of its own, and instances that come there and
 * are killed, each less than an interval later. Arguments: the port, clients of the large service,
 * and clients of small ones, one of each.
 *
 * <p>Answers {@code subscribe} and {@code leave}, and {@code change MILLIS PERIOD_MILLIS} with what
 * became of the changes: in each period four of the large service within {@link #BURST_MILLIS}, and
 * four of small services, each alone. Ends when its standard input ends.
 *
 * <p>Confined to its thread.
 */
public final class XdsCrowd implements RawEvents {
  /** From one change of a burst to the next: all are within the time that joins them. */
  private static final int BURST_MILLIS = 25;

  /** The small services change between the bursts of the large one. */
  private static final int SMALL_OFFSET_MILLIS = 13;

  private static final int INTERVAL_MILLIS = 1_000;
  private static final int TIMEOUT_MILLIS = 3_000;
  private static final int RESUME_MILLIS = 1_500;
  private static final int LIFE_MILLIS = 500;
  private static final int PAIRS_OF_A_BURST = 2;
  private static final int MAX_WAIT_MILLIS = 20;
  private static final int NET = 198;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LAST_WORD_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Orders orders = Orders.read();
  private final XdsAnswer answer = new XdsAnswer();
  private final PoolTally tally = new PoolTally();
  private final List<AdsClient> clients = new ArrayList<>();
  private final RawLoop loop;
  private final RawConnection podsConnection;
  private final int smallServices;
  private int pods;
  private int nextSmall;

  private XdsCrowd(int port, int ofLarge, int ofSmall) throws IOException {
    this.loop = new RawLoop(port);
    this.podsConnection = loop.connect(this);
    this.smallServices = ofSmall;
    for (int i = 0; i < ofLarge + ofSmall; i++) {
      boolean large = i < ofLarge;
      String service = large ? Pools.LARGE : Pools.small(i - ofLarge);
      clients.add(new AdsClient(loop.connect(this), i, service, large ? i : 0));
    }
  }

  /** An instance that comes and is killed. */
  private static final class Pod {
    private final String service;
    private final int number;
    private @Nullable RawStream stream;
    private @Nullable PoolChange coming;

    Pod(String service, int number) {
      this.service = service;
      this.number = number;
    }
  }

  /** What is to happen, counted from the beginning. */
  private record Step(long atMillis, Pod pod, boolean isFirst) {}

  /** Runs until the standard input ends. */
  public static void main(String[] args) throws IOException {
    XdsCrowd crowd =
        new XdsCrowd(
            Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    System.out.println("ready");
    while (true) {
      crowd.loop.turn(MAX_WAIT_MILLIS);
      String[] words = crowd.orders.poll();
      if (words != null) {
        System.out.println(crowd.obey(words));
      }
    }
  }

  private Object obey(String... words) throws IOException {
    switch (words[0]) {
      case "subscribe" -> subscribe();
      case "leave" -> leave();
      case "change" -> {
        change(steps(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
        return tally.take().with("cpu_nanos", cpuNanos());
      }
      default -> throw new IllegalArgumentException("order: " + words[0]);
    }
    return "done";
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void subscribe() throws IOException {
    Map<String, Integer> count = new HashMap<>();
    for (AdsClient client : clients) {
      client.subscribe();
      count.merge(client.service(), 1, Integer::sum);
    }
    long began = System.nanoTime();
    while (!clients.stream().allMatch(AdsClient::isStanding)) {
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        throw new IllegalStateException("not all xDS clients were told of endpoints");
      }
      loop.turn(1);
    }
    tally.subscribed(count);
    tally.take();
  }

  private void leave() throws IOException {
    clients.forEach(AdsClient::leave);
    tally.subscribed(Map.of());
    loop.flush();
  }

  private List<Step> steps(int millis, int period) {
    List<Step> steps = new ArrayList<>();
    for (long from = 0; from < millis; from += period) {
      for (int i = 0; i < PAIRS_OF_A_BURST; i++) {
        Pod pod = new Pod(Pools.LARGE, pods++);
        steps.add(new Step(from + (2L * i + 1) * BURST_MILLIS, pod, from == 0 && i == 0));
        steps.add(new Step(from + period + 2L * i * BURST_MILLIS, pod, i == 0));
      }
      for (int half = 0; half < 2 && smallServices > 0; half++) {
        Pod pod = new Pod(Pools.small(nextSmall++ % smallServices), pods++);
        long at = from + half * period / 2 + SMALL_OFFSET_MILLIS;
        steps.add(new Step(at, pod, true));
        steps.add(new Step(at + LIFE_MILLIS, pod, true));
      }
    }
    steps.sort(Comparator.comparingLong(Step::atMillis));
    return steps;
  }

  private void change(List<Step> steps) throws IOException {
    long began = System.nanoTime();
    for (Step step : steps) {
      long at = began + TimeUnit.MILLISECONDS.toNanos(step.atMillis);
      for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
        loop.turn(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      }
      take(step);
    }
    long ended = System.nanoTime();
    while (!tally.isDone() && System.nanoTime() - ended < LAST_WORD_NANOS) {
      loop.turn(1);
    }
  }

  private void take(Step step) throws IOException {
    Pod pod = step.pod;
    String host = Pools.address(NET, pod.number);
    RawStream stream = pod.stream;
    PoolChange change = new PoolChange(host, pod.coming, step.isFirst, System.nanoTime());
    if (stream == null) {
      byte[] register =
          Registrations.register(
              "pod-" + pod.number,
              INTERVAL_MILLIS,
              TIMEOUT_MILLIS,
              RESUME_MILLIS,
              pod.service,
              host);
      pod.stream = podsConnection.open(clients.size() + pod.number, Registrations.PATH, register);
      pod.coming = change;
    } else {
      podsConnection.cancel(stream);
    }
    tally.onChange(pod.service, change);
    loop.flush();
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    long now = System.nanoTime();
    if (stream.number() >= clients.size()) {
      return; // that it is registered
    }
    AdsClient client = clients.get(stream.number());
    if (!client.owns(stream)) {
      return; // it has left
    }
    answer.read(in, from, length);
    if (client.onAnswer(answer)) {
      tally.onEndpoints(client, Long.parseLong(answer.version()), now, in, from, length);
    }
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    throw new IllegalStateException("stream " + stream.number() + " ended: " + why);
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }
}
