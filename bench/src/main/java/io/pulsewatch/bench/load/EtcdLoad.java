package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The work of a mass death at etcd: leases with one key each are granted and kept alive, all of
 * them once more at once, and then no more; watchers note when they are told that the keys are
 * gone. Says one line and ends. Arguments: port, leases, seconds to live, connections, watchers.
 *
 * <p>Confined to its thread.
 */
public final class EtcdLoad implements RawEvents {
  private static final int UNDER_WAY = 500;
  private static final int MAX_FIRST_BYTES = 128;
  private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  // What a stream is for: its number modulo these.
  private static final int KINDS = 4;
  private static final int GRANT = 0;
  private static final int PUT = 1;
  private static final int KEEP = 2;
  private static final int WATCH = 3;

  private final RawLoop loop;
  private final int leases;
  private final long seconds;
  private final int watchers;
  private final List<RawConnection> connections = new ArrayList<>();
  private final List<RawStream> keepers = new ArrayList<>();
  private final Quantiles told = new Quantiles();
  private int granted;
  private int asked;
  private int put;
  private int watching;
  private long gone;
  private long kept;
  private long lost;
  private long early;
  private long boundNanos;

  private EtcdLoad(RawLoop loop, int leases, long seconds, int watchers) {
    this.loop = loop;
    this.leases = leases;
    this.seconds = seconds;
    this.watchers = watchers;
  }

  public static void main(String[] args) throws IOException {
    Orders.read(); // ends with its input
    try (RawLoop loop = new RawLoop(Integer.parseInt(args[0]))) {
      EtcdLoad load =
          new EtcdLoad(
              loop, Integer.parseInt(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[4]));
      System.out.println(load.run(Integer.parseInt(args[3])));
    }
  }

  private Line run(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      connections.add(loop.connect(this));
    }
    for (int i = 0; i < watchers; i++) {
      loop.connect(this).open(i * KINDS + WATCH, EtcdMessages.WATCH, EtcdMessages.watch());
    }
    turnUntil(() -> watching == watchers);
    for (int i = 0; i < count; i++) {
      keepers.add(
          connections
              .get(i)
              .open(i * KINDS + KEEP, EtcdMessages.KEEP_ALIVE, EtcdMessages.keepAlive(i + 1)));
    }
    grantAll();
    keepAllFor(WARM_NANOS);
    long last = System.nanoTime();
    keepAll();
    boundNanos = last + TimeUnit.SECONDS.toNanos(seconds);
    long wanted = (long) leases * watchers;
    boolean whole = turnUntil(() -> gone == wanted);
    return new Line()
        .with("whole", whole ? 1 : 0)
        .with("samples", told.count())
        .with("missing", wanted - gone)
        .with("early", early)
        .with("lost", lost)
        .with("kept", kept)
        .with("p50_micros", Math.round(told.p50() * 1_000))
        .with("p99_micros", Math.round(told.p99() * 1_000))
        .with("max_micros", Math.round(told.max() * 1_000));
  }

  private void grantAll() throws IOException {
    long keptNanos = System.nanoTime();
    while (put < leases) {
      while (asked < leases && asked - put < UNDER_WAY) {
        RawConnection connection = connections.get(asked % connections.size());
        if (!connection.canOpen(MAX_FIRST_BYTES)) {
          break;
        }
        call(connection, asked, GRANT, EtcdMessages.GRANT, EtcdMessages.grant(asked + 1, seconds));
        asked++;
      }
      loop.turn(1);
      if (System.nanoTime() - keptNanos > KEEP_NANOS) {
        keepAll();
        keptNanos = System.nanoTime();
      }
    }
  }

  private void keepAllFor(long nanos) throws IOException {
    long began = System.nanoTime();
    long keptNanos = began - KEEP_NANOS;
    while (System.nanoTime() - began < nanos) {
      if (System.nanoTime() - keptNanos >= KEEP_NANOS) {
        keptNanos = System.nanoTime();
        keepAll();
      }
      loop.turn(1);
    }
  }

  /** Of all that were granted. */
  private void keepAll() throws IOException {
    int all = granted;
    for (int i = 0; i < all; i++) {
      int place = i % connections.size();
      RawStream keeper = keepers.get(place);
      byte[] message = EtcdMessages.keepAlive(i + 1);
      while (!connections.get(place).send(keeper, message)) {
        loop.turn(1);
      }
    }
    loop.flush();
  }

  private boolean turnUntil(BooleanSupplier condition) throws IOException {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        return false;
      }
      loop.turn(5);
    }
    return true;
  }

  private static void call(
      RawConnection connection, int lease, int kind, String path, byte[] first) {
    connection.halfClose(connection.open(lease * KINDS + kind, path, first));
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    int number = stream.number() / KINDS;
    switch (stream.number() % KINDS) {
      case GRANT -> {
        granted++;
        call(stream.connection(), number, PUT, EtcdMessages.PUT, EtcdMessages.put(number + 1));
      }
      case PUT -> put++;
      case KEEP -> {
        kept++;
        lost += boundNanos == 0 && EtcdMessages.ttl(in, from, length) == 0 ? 1 : 0;
      }
      case WATCH -> onWatch(in, from, length);
      default -> throw new IllegalStateException("kind");
    }
  }

  /** The first message of a watch says that it stands. */
  private void onWatch(ByteBuffer in, int from, int length) {
    if (watching < watchers) {
      watching++;
      return;
    }
    long now = System.nanoTime();
    EtcdMessages.deleted(
        in,
        from,
        length,
        lease -> {
          gone++;
          early += boundNanos == 0 || now - boundNanos < 0 ? 1 : 0;
          told.add(now - boundNanos);
        });
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    int kind = stream.number() % KINDS;
    if (kind == KEEP || kind == WATCH) {
      throw new IllegalStateException("stream ended: " + why);
    }
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }
}
