package io.pulsewatch.bench.load;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.wire.Answer;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.Registered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Holds many live streams in an open loop: each beats when its {@link Schedule} says, whatever has
 * become of the beats before, and what an ack took is counted from when its beat was due, not from
 * when it left. Says {@code ready} when all are registered, and begins to beat as they are.
 *
 * <p>Answers {@code figures} with what it counted since the last time, {@code finale} (all beat
 * once more, at once, and are silent from then on) and {@code cut} (all connections are reset) with
 * {@code at=NANOS}, and {@code again [COUNT]} (so many are reset, else all, and come back) with the
 * same and, when all are registered again, {@code settled_at=NANOS}. A connection that the server
 * loses comes back, too; after {@code arm} it is told when all have. Ends when its standard input
 * ends.
 *
 * <p>Where the server says that intervals are longer from now on, all beat so a little later.
 *
 * <p>Confined to its thread.
 */
public final class OpenFleet implements RawEvents {
  private static final int OPENING_AT_ONCE = 1_000;

  /** So that a fleet that is late still reads what comes. */
  private static final int BUNCHES_BETWEEN_READS = 64;

  private static final int MAX_FIRST_BYTES = 256;
  private static final int MAX_WAIT_MILLIS = 5;
  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int NEVER = Integer.MIN_VALUE;
  private static final int LOGGED = 10;

  private static final byte AWAY = 0;
  private static final byte OPENING = 1;
  private static final byte LIVE = 2;

  private final FleetOrder order;

  private final Pace pace;
  private final SendLog log;
  private final Orders orders = Orders.read();
  private final Answer answer = new Answer();
  private final OpenFigures figures = new OpenFigures();
  private final RawLoop loop;
  private final RawConnection[] connections;
  private final RawStream[] streams;
  private final byte[] phase;
  private final int[] firstRound;
  private final int[] acked;
  private final List<Integer> away = new ArrayList<>();

  private int opening;
  private int live;
  private boolean wasReady;
  private boolean isArmed;
  private boolean isOver;
  private long ended;
  private long refused;
  private long resumed;
  private long putOff;
  private long reconnectAtNanos;

  private OpenFleet(FleetOrder order) throws IOException {
    this.order = order;
    this.pace =
        new Pace(
            new Schedule(
                order.streams(),
                order.connections(),
                order.bunch(),
                TimeUnit.MILLISECONDS.toNanos(order.beatMillis())));
    this.log = SendLog.map(order.sendLog(), order.streams());
    this.loop = new RawLoop(order.port());
    this.connections = new RawConnection[order.connections()];
    this.streams = new RawStream[order.streams()];
    this.phase = new byte[order.streams()];
    this.firstRound = new int[order.streams()];
    Arrays.fill(firstRound, NEVER);
    this.acked = new int[order.streams()];
  }

  /** Runs until the standard input ends. */
  public static void main(String[] args) throws IOException {
    new OpenFleet(FleetOrder.of(args)).run();
  }

  private void run() throws IOException {
    for (int i = 0; i < connections.length; i++) {
      connections[i] = loop.connect(this);
    }
    for (int i = streams.length - 1; i >= 0; i--) {
      away.add(i); // taken from the end
    }
    reconnectAtNanos = System.nanoTime();
    pace.begin(reconnectAtNanos);
    while (true) {
      long now = beatAllDue();
      open(now);
      obey();
      loop.flush();
      long waitNanos = pace.turnNanos() - System.nanoTime();
      long millis = TimeUnit.NANOSECONDS.toMillis(waitNanos);
      loop.turn(Math.max(waitNanos <= 0 ? 0 : 1, Math.min(MAX_WAIT_MILLIS, millis)));
    }
  }

  private long beatAllDue() {
    long now = System.nanoTime();
    for (int i = 0; i < BUNCHES_BETWEEN_READS; i++) {
      if (now - pace.turnNanos() < 0) {
        break;
      }
      follow();
      for (int n = pace.first(); n < pace.end(); n++) {
        beat(n, pace.round(), now);
      }
      pace.next();
      now = System.nanoTime();
    }
    return now;
  }

  private void follow() {
    int rounds = pace.follow();
    for (int n = 0; rounds > 0 && n < streams.length; n++) {
      firstRound[n] -= firstRound[n] == NEVER ? 0 : rounds;
    }
  }

  private void onTold(Duration interval) {
    if (order.beatMillis() == order.intervalMillis()) { // else it keeps no promise anyway
      pace.onTold(TimeUnit.SECONDS.toNanos(interval.getSeconds()) + interval.getNanos());
    }
  }

  private void beat(int number, int round, long nowNanos) {
    if (isOver || phase[number] != LIVE || log.isSilent(number)) {
      return;
    }
    RawStream stream = streams[number];
    if (!stream.connection().canBeat(stream)) {
      figures.onSkipped();
      return;
    }
    log.note(number, nowNanos);
    stream.connection().beat(stream, round - firstRound[number] + 1, nowNanos);
    figures.onSent(nowNanos - pace.dueNanos(number, round));
  }

  private void open(long nowNanos) throws IOException {
    if (isOver || away.isEmpty() || nowNanos - reconnectAtNanos < 0) {
      return;
    }
    // Who comes back is a client of its own: the worst crowd of them waits for nobody.
    int most = wasReady ? order.returningAtOnce() : OPENING_AT_ONCE;
    while (opening < most && !away.isEmpty()) {
      int number = away.get(away.size() - 1);
      int place = pace.connection(number);
      if (!connections[place].isOpen() && !reconnect(place, nowNanos)) {
        return;
      }
      RawConnection connection = connections[place];
      if (!connection.canOpen(MAX_FIRST_BYTES)) {
        return;
      }
      away.remove(away.size() - 1);
      byte[] first = order.register(number);
      log.note(number, System.nanoTime());
      streams[number] = connection.open(number, Registrations.PATH, first);
      phase[number] = OPENING;
      opening++;
    }
  }

  private boolean reconnect(int place, long nowNanos) {
    try {
      connections[place] = loop.connect(this);
      return true;
    } catch (IOException e) {
      reconnectAtNanos = nowNanos + RECONNECT_NANOS; // nobody listens yet
      return false;
    }
  }

  private void obey() throws IOException {
    String[] words = orders.poll();
    if (words == null) {
      return;
    }
    switch (words[0]) {
      case "figures" -> System.out.println(figures());
      case "finale" -> System.out.println(new Line().with("at", finale()));
      case "cut" -> {
        isOver = true;
        System.out.println(new Line().with("at", cut(connections.length)));
      }
      case "again" -> {
        isArmed = true;
        int count = words.length > 1 ? Integer.parseInt(words[1]) : connections.length;
        System.out.println(new Line().with("at", cut(count)));
      }
      case "arm" -> {
        isArmed = true;
        System.out.println(new Line().with("at", System.nanoTime()));
      }
      default -> throw new IllegalArgumentException("order: " + words[0]);
    }
  }

  private long finale() throws IOException {
    long now = System.nanoTime();
    for (int n = 0; n < streams.length; n++) {
      beat(n, pace.roundFrom(n), now);
    }
    isOver = true;
    loop.flush();
    return now;
  }

  /** They come back through all of those connections at once, not through one after the other. */
  private long cut(int count) throws IOException {
    long now = System.nanoTime();
    for (int i = 0; i < count; i++) {
      connections[i].reset();
    }
    for (int n = 0; n < streams.length; n++) {
      if (phase[n] != AWAY && !streams[n].connection().isOpen()) {
        leave(n);
        away.add(n);
      }
    }
    return now;
  }

  private void forget(RawConnection connection) {
    for (int n = 0; n < streams.length; n++) {
      if (phase[n] != AWAY && streams[n].connection() == connection) {
        leave(n);
        away.add(n);
      }
    }
  }

  private void leave(int number) {
    if (phase[number] == OPENING) {
      opening--;
    } else if (phase[number] == LIVE) {
      live--;
    }
    phase[number] = AWAY;
  }

  private Line figures() {
    long now = System.nanoTime();
    long overdue = 0;
    for (int n = 0; n < streams.length; n++) {
      if (phase[n] == LIVE && !log.isSilent(n)) {
        int next = firstRound[n] + acked[n];
        long age = now - pace.dueNanos(n, next);
        if (age > OVERDUE_NANOS) {
          overdue++;
          figures.onAcked(age);
        }
      }
    }
    Line line = new Line().with("live", live).with("opening", opening).with("ended", ended);
    line.with("refused", refused).with("overdue", overdue);
    line.with("resumed", resumed).with("put_off", putOff);
    return figures.take(line);
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    int number = stream.number();
    if (streams[number] != stream) {
      return;
    }
    answer.read(in, from, length);
    if (phase[number] == OPENING) {
      onRegistered(number, in.slice(from, length));
    } else if (answer.kind() == Answer.ACK && answer.sequence() > acked[number]) {
      long now = System.nanoTime();
      for (int next = acked[number] + 1; next <= answer.sequence(); next++) {
        int round = firstRound[number] + next - 1;
        figures.onAcked(now - pace.dueNanos(number, round));
      }
      acked[number] = (int) answer.sequence();
      if (answer.isStretched()) {
        onTold(parsed(in.slice(from, length)).getAck().getStretch().getInterval());
      }
    }
  }

  private void onRegistered(int number, ByteBuffer message) {
    if (answer.kind() == Answer.REGISTERED) {
      Registered registered = parsed(message).getRegistered();
      resumed += registered.getResumed() ? 1 : 0;
      onTold(registered.getInterval());
    } else if (answer.kind() != Answer.ACK) { // the no-op server acks it
      refused++;
      return;
    }
    phase[number] = LIVE;
    opening--;
    live++;
    int round = pace.roundFrom(number);
    if (firstRound[number] == NEVER) {
      firstRound[number] = round;
    }
    acked[number] = round - firstRound[number]; // what was due while it was away is not counted
    if (live == streams.length) {
      onSettled();
    }
  }

  private void onSettled() {
    if (!wasReady) {
      wasReady = true;
      System.out.println("ready");
    } else if (isArmed) {
      isArmed = false;
      System.out.println(new Line().with("settled_at", System.nanoTime()));
    }
  }

  private static HeartbeatResponse parsed(ByteBuffer message) {
    try {
      return HeartbeatResponse.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    int number = stream.number();
    if (streams[number] != stream || phase[number] == AWAY) {
      return;
    }
    boolean wasOpening = phase[number] == OPENING;
    leave(number);
    if (log.isSilent(number) || isOver) {
      return;
    }
    if (wasOpening) {
      putOff++;
      reconnectAtNanos = System.nanoTime() + RECONNECT_NANOS;
    } else if (++ended <= LOGGED) {
      System.err.println("stream " + number + " ended: " + why);
    }
    away.add(number);
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    forget(connection);
  }
}
