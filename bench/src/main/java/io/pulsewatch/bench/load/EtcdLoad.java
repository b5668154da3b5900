package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.bench.wire.LeaseAnswer;
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
 * The work of a mass death at etcd: leases with one key each, all kept alive on the schedule that
 * {@link OpenFleet} beats on. Then some are kept alive once more, all at once, and no more;
 * watchers note when they are told that their keys are gone, while the others live on. Says one
 * line and ends.
 *
 * <p>The leases of a connection share one stream for their keepalives, as those of an etcd client
 * do. Arguments: port, seconds to live, interval in milliseconds, bunch, watchers, leases that live
 * and their connections, leases that end and theirs. Confined to its thread.
 */
public final class EtcdLoad implements RawEvents {
  private static final int UNDER_WAY = 500;
  private static final int MAX_FIRST_BYTES = 128;
  private static final int WARM_INTERVALS = 3;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long GRANT_NANOS = TimeUnit.SECONDS.toNanos(300);

  // What a stream is for: its number modulo these.
  private static final int KINDS = 4;
  private static final int GRANT = 0;
  private static final int PUT = 1;
  private static final int KEEP = 2;
  private static final int WATCH = 3;

  private final RawLoop loop;
  private final long secondsToLive;
  private final int watchers;
  private final Group living;
  private final Group ending;
  private final LeaseAnswer answer = new LeaseAnswer();
  private final Quantiles told = new Quantiles();
  private int watching;
  private long gone;
  private long kept;
  private long lost;
  private long early;
  private long falseDeaths;
  private long boundNanos;

  private EtcdLoad(RawLoop loop, int... words) throws IOException {
    this.loop = loop;
    this.secondsToLive = words[1];
    this.watchers = words[4];
    long intervalNanos = TimeUnit.MILLISECONDS.toNanos(words[2]);
    this.living = new Group(0, new Schedule(words[5], words[6], words[3], intervalNanos));
    this.ending = new Group(words[5], new Schedule(words[7], words[8], words[3], intervalNanos));
  }

  public static void main(String[] args) throws IOException {
    Orders.read(); // ends with its input
    int[] words = List.of(args).stream().mapToInt(Integer::parseInt).toArray();
    try (RawLoop loop = new RawLoop(words[0])) {
      System.out.println(new EtcdLoad(loop, words).run());
    }
  }

  /** Leases with connections of their own. Confined to the thread of the load. */
  private final class Group {
    /** Leases have numbers from this one on. */
    private final int first;

    private final Schedule schedule;
    private final List<RawConnection> connections = new ArrayList<>();
    private final List<RawStream> keepers = new ArrayList<>();
    private final boolean[] granted;
    private final long beganNanos = System.nanoTime();
    private int asked;
    private int put;
    private long turn;

    Group(int first, Schedule schedule) throws IOException {
      this.first = first;
      this.schedule = schedule;
      this.granted = new boolean[schedule.streams()];
      for (int i = 0; i < schedule.connections() && schedule.streams() > 0; i++) {
        RawConnection connection = loop.connect(EtcdLoad.this);
        connections.add(connection);
        keepers.add(
            connection.open(KEEP, EtcdMessages.KEEP_ALIVE, EtcdMessages.keepAlive(first + 1 + i)));
      }
    }

    void grantAll() throws IOException {
      long began = System.nanoTime();
      while (put < granted.length) {
        while (asked < granted.length && asked - put < UNDER_WAY) {
          RawConnection connection = connections.get(asked % connections.size());
          if (!connection.canOpen(MAX_FIRST_BYTES)) {
            break;
          }
          int number = first + asked;
          byte[] grant = EtcdMessages.grant(number + 1, secondsToLive);
          call(connection, number, GRANT, EtcdMessages.GRANT, grant);
          asked++;
        }
        turn();
        if (System.nanoTime() - began > GRANT_NANOS) {
          throw new IllegalStateException("granted: " + put + " of " + granted.length);
        }
      }
    }

    boolean owns(int number) {
      return number >= first && number < first + granted.length;
    }

    void onGranted(RawConnection connection, int number) {
      granted[number - first] = true;
      call(connection, number, PUT, EtcdMessages.PUT, EtcdMessages.put(number + 1));
    }

    void keepAllDue() throws IOException {
      while (!connections.isEmpty()
          && System.nanoTime() - (beganNanos + schedule.turnNanos(turn)) >= 0) {
        for (int n = schedule.first(turn); n < schedule.end(turn); n++) {
          keep(n);
        }
        turn++;
      }
    }

    void keepAll() throws IOException {
      for (int n = 0; n < granted.length; n++) {
        keep(n);
      }
      loop.flush();
    }

    private void keep(int place) throws IOException {
      if (!granted[place]) {
        return;
      }
      int on = schedule.connection(place);
      byte[] message = EtcdMessages.keepAlive(first + place + 1);
      while (!connections.get(on).send(keepers.get(on), message)) {
        loop.turn(1);
      }
    }
  }

  private Line run() throws IOException {
    living.grantAll();
    ending.grantAll();
    for (int i = 0; i < watchers; i++) {
      loop.connect(this).open(WATCH, EtcdMessages.WATCH, EtcdMessages.watch());
    }
    turnUntil(() -> watching == watchers);
    long warmNanos = WARM_INTERVALS * living.schedule.intervalNanos();
    long began = System.nanoTime();
    turnUntil(() -> System.nanoTime() - began >= warmNanos);
    long last = System.nanoTime();
    ending.keepAll();
    boundNanos = last + TimeUnit.SECONDS.toNanos(secondsToLive);
    long wanted = (long) ending.granted.length * watchers;
    boolean whole = turnUntil(() -> gone == wanted);
    return new Line()
        .with("whole", whole ? 1 : 0)
        .with("samples", told.count())
        .with("missing", wanted - gone)
        .with("early", early)
        .with("false_deaths", falseDeaths)
        .with("lost", lost)
        .with("kept", kept)
        .with("p50_micros", Math.round(told.p50() * 1_000))
        .with("p99_micros", Math.round(told.p99() * 1_000))
        .with("max_micros", Math.round(told.max() * 1_000));
  }

  private void turn() throws IOException {
    living.keepAllDue();
    if (boundNanos == 0) {
      ending.keepAllDue();
    }
    loop.turn(1);
  }

  private boolean turnUntil(BooleanSupplier condition) throws IOException {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        return false;
      }
      turn();
    }
    return true;
  }

  private static void call(
      RawConnection connection, int lease, int kind, String path, byte[] first) {
    connection.halfClose(connection.open(lease * KINDS + kind, path, first));
  }

  private Group group(int number) {
    return living.owns(number) ? living : ending;
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    int number = stream.number() / KINDS;
    switch (stream.number() % KINDS) {
      case GRANT -> group(number).onGranted(stream.connection(), number);
      case PUT -> group(number).put++;
      case KEEP -> {
        kept++;
        answer.read(in, from, length);
        boolean isGone = answer.ttlSeconds() == 0;
        lost += boundNanos == 0 && watching == watchers && isGone ? 1 : 0;
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
          if (!ending.owns(lease - 1)) {
            falseDeaths++;
            return;
          }
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
