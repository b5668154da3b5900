package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.bench.wire.WatchAnswer;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Many watchers in one process, and what they watch: it makes changes and sees when the last
 * watcher has been told. It tells by revisions, and decodes the messages of every hundredth.
 *
 * <p>Arguments: port, watchers, connections, a {@link Watched}, a file for the bytes of one change.
 * Says {@code ready}; answers {@code one TIMES}, {@code burst CHANGES TIMES}, {@code rounds CHANGES
 * AT_ONCE}, {@code sleep} and {@code wake}. Confined to its thread.
 */
public final class Crowd implements RawEvents {
  private static final int MAX_FLIPPERS = 1_000;
  private static final int OPENING_AT_ONCE = 1_000;
  private static final int DECODED = 100;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Orders orders = Orders.read();
  private final WatchAnswer answer = new WatchAnswer();
  private final RawLoop loop;
  private final Watched watched;
  private final Path sample;
  private final long[] progress;
  private final long[] changes;
  private final Flippers flippers;
  private final RawConnection teller;
  private Quantiles told = new Quantiles();
  private int standing;
  private long oneSince;
  private long folded;
  private long sentNanos;
  private int waiting;
  private boolean isSampled;
  private @Nullable Sleeper exact;
  private @Nullable Sleeper latest;

  private Crowd(RawLoop loop, int watchers, Watched watched, Path sample) throws IOException {
    this.loop = loop;
    this.watched = watched;
    this.sample = sample;
    this.progress = new long[watchers];
    this.changes = new long[watchers];
    this.flippers = new Flippers(loop, watchers + 1);
    this.teller = loop.connect(this);
  }

  public static void main(String[] args) throws IOException {
    Watched watched = Watched.of(args[3]);
    try (RawLoop loop = new RawLoop(Integer.parseInt(args[0]))) {
      Crowd crowd = new Crowd(loop, Integer.parseInt(args[1]), watched, Path.of(args[4]));
      crowd.gather(Integer.parseInt(args[2]));
      System.out.println("ready");
      crowd.serve();
    }
  }

  private void gather(int count) throws IOException {
    if (isOurs()) {
      flippers.register(teller, MAX_FLIPPERS);
    }
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(loop.connect(this));
    }
    for (int i = 0; i < progress.length; i++) {
      RawConnection connection = connections.get(i % count);
      RawStream stream = connection.open(i, watched.path(), watched.request());
      if (watched.isHalfClosed()) {
        connection.halfClose(stream);
      }
      int opened = i + 1;
      turnUntil(() -> opened - standing < OPENING_AT_ONCE);
    }
    turnUntil(() -> standing == progress.length);
  }

  private void serve() throws IOException {
    while (true) {
      loop.turn(20);
      String[] words = orders.poll();
      if (words == null) {
        continue;
      }
      int first = words.length > 1 ? Integer.parseInt(words[1]) : 0;
      switch (words[0]) {
        case "one" -> one(first);
        case "burst" -> burst(first, Integer.parseInt(words[2]));
        case "rounds" -> rounds(first, Integer.parseInt(words[2]));
        case "sleep" -> sleep();
        case "wake" -> wake();
        default -> throw new IllegalArgumentException("order: " + words[0]);
      }
    }
  }

  /** Changes, so many at once; the next when all watchers have been told. */
  private void rounds(int count, int atOnce) throws IOException {
    Quantiles each = new Quantiles();
    long began = System.nanoTime();
    for (int made = 0; made < count; made += atOnce) {
      Arrays.fill(changes, 0);
      long now = System.nanoTime();
      change(atOnce);
      turnUntil(() -> changes[0] >= atOnce);
      long goal = progress[0];
      turnUntil(() -> allAt(goal));
      each.add(System.nanoTime() - now);
    }
    System.out.println(
        new Line()
            .with("round_p50_micros", micros(each.p50()))
            .with("round_p99_micros", micros(each.p99()))
            .with("round_max_micros", micros(each.max()))
            .with("took_micros", (System.nanoTime() - began) / 1_000));
  }

  private void sleep() throws IOException {
    Sleeper every = new Sleeper(loop, Delivery.DELIVERY_EVERY_CHANGE);
    Sleeper newest = new Sleeper(loop, Delivery.DELIVERY_LATEST);
    turnUntil(() -> every.isStanding() && newest.isStanding());
    every.sleep();
    newest.sleep();
    loop.flush();
    exact = every;
    latest = newest;
    System.out.println(new Line().with("asleep", 2));
  }

  private void wake() throws IOException {
    Sleeper every = Objects.requireNonNull(exact);
    Sleeper newest = Objects.requireNonNull(latest);
    long began = System.nanoTime();
    every.wake();
    newest.wake();
    turnUntil(() -> Math.min(every.revision(), newest.revision()) >= progress[0]);
    Line line = new Line().with("took_micros", (System.nanoTime() - began) / 1_000);
    System.out.println(newest.told("latest", every.told("every_change", line)));
  }

  /** One change after the other: how long until each, and until the last watcher is told. */
  private void one(int times) throws IOException {
    told = new Quantiles();
    Quantiles last = new Quantiles();
    for (int i = 0; i < times; i++) {
      waiting = progress.length;
      oneSince = progress[0];
      sentNanos = System.nanoTime();
      change(1);
      turnUntil(() -> waiting == 0);
      last.add(System.nanoTime() - sentNanos);
      rest();
    }
    oneSince = 0;
    System.out.println(
        new Line()
            .with("each_p50_micros", micros(told.p50()))
            .with("each_p99_micros", micros(told.p99()))
            .with("last_p50_micros", micros(last.p50()))
            .with("last_max_micros", micros(last.max()))
            .with("times", last.count()));
  }

  /** Many at once: how long until the last watcher is told the last of them. */
  private void burst(int count, int times) throws IOException {
    List<Double> took = new ArrayList<>();
    folded = 0;
    long incomplete = 0;
    for (int i = 0; i < times; i++) {
      Arrays.fill(changes, 0);
      long before = progress[0];
      long began = System.nanoTime();
      change(count);
      long goal;
      if (isOurs()) {
        turnUntil(() -> changes[0] >= count);
        goal = progress[0];
      } else {
        goal = before + count;
      }
      turnUntil(() -> allAt(goal));
      took.add((System.nanoTime() - began) / 1e3);
      for (int n = 0; n < changes.length && isOurs(); n += DECODED) {
        incomplete += changes[n] == count ? 0 : 1;
      }
      rest();
    }
    took.sort(null);
    System.out.println(
        new Line()
            .with("median_micros", Math.round(took.get(took.size() / 2)))
            .with("best_micros", Math.round(took.get(0)))
            .with("worst_micros", Math.round(took.get(took.size() - 1)))
            .with("incomplete", incomplete)
            .with("folded", folded));
  }

  private boolean allAt(long goal) {
    for (long each : progress) {
      if (each < goal) {
        return false;
      }
    }
    return true;
  }

  private void change(int count) throws IOException {
    if (isOurs()) {
      flippers.flip(count);
      return;
    }
    watched.change(teller, progress.length, count, sample);
    loop.flush();
  }

  private boolean isOurs() {
    return watched == Watched.OURS;
  }

  private void rest() throws IOException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < REST_NANOS) {
      loop.turn(5);
    }
  }

  private void turnUntil(BooleanSupplier condition) throws IOException {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        throw new IllegalStateException("waited too long");
      }
      loop.turn(5);
    }
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    int number = stream.number();
    if (flippers.owns(stream)) {
      flippers.onAnswer();
    } else if (number == progress.length) {
      return; // what was to be told has been handed over
    } else if (isOurs()) {
      onWatch(number, in, from, length);
    } else {
      onOther(number);
    }
  }

  /** The first message says that the watch stands, each other one brings a change. */
  private void onOther(int number) {
    if (standing < progress.length) {
      standing++;
      return;
    }
    progress[number]++;
    onTold();
  }

  private void onWatch(int number, ByteBuffer in, int from, int length) {
    answer.read(in, from, length);
    if (answer.kind() == WatchAnswer.SNAPSHOT_END) {
      standing++;
      progress[number] = answer.revision();
    } else if (answer.kind() == WatchAnswer.CHANGES) {
      progress[number] = answer.revision();
      onTold();
      if (number % DECODED == 0) {
        decode(number, in, from, length);
      }
    }
  }

  private void onTold() {
    if (oneSince > 0 || !isOurs()) {
      told.add(System.nanoTime() - sentNanos);
      waiting--;
    }
  }

  private void decode(int number, ByteBuffer in, int from, int length) {
    try {
      WatchResponse response = WatchResponse.parseFrom(in.slice(from, length));
      changes[number] += response.getChanges().getChangesCount();
      folded += response.getChanges().getFolded();
      if (!isSampled && oneSince > 0 && response.getChanges().getChangesCount() == 1) {
        isSampled = true;
        Files.write(sample, response.toByteArray());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long micros(double millis) {
    return Math.round(millis * 1_000);
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    if (stream.number() != progress.length) {
      throw new IllegalStateException("stream " + stream.number() + " ended: " + why);
    }
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }
}
