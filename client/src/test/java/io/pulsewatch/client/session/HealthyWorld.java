package io.pulsewatch.client.session;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;

/**
 * One sender that beats in time, a server that answers by the book, and the faults that a sound
 * network has. Confined to its test.
 *
 * <p>True time is nanoseconds from 0. The sender's clock has an origin of its own, and each hour
 * its rate goes to the other end of what the fence formula allows; the server's clock is as fast as
 * it may be all the time. After each event it is checked that the sender stops believing before the
 * server could give it up.
 */
final class HealthyWorld {
  private static final long MILLI = 1_000_000L;
  private static final long HOUR = 3_600_000 * MILLI;
  private static final long INCARNATION = 7;

  /** Three lost segments in a row: no stall of one message is longer. */
  private static final long LONGEST_STALL_NANOS = 1_400 * MILLI;

  /** Clock-rate error that the contract allows either side. */
  private static final double RATE_ERROR = 0.001;

  private static final double STALL_CHANCE = 0.02;
  private static final int BEATS_BETWEEN_TROUBLE = 50;

  /** A connection that was just made is sound for so many heartbeats. */
  private static final int CALM_BEATS = 4;

  /** What the network does to the sender. */
  enum Weather {
    /** One connection throughout; messages stall. */
    STALLS(1 / 4.2),
    /** Connections are reset, with what is on its way; messages stall less. */
    RESETS(1 / 9.0),
    /** Connections go on without carrying anything, one way or both. */
    HOLES(1 / 50.0);

    private final double stallShare;

    Weather(double stallShare) {
      this.stallShare = stallShare;
    }
  }

  /** What is wrong on purpose. */
  enum Fault {
    NONE,
    /** The sender gets no fence from acks. */
    ACK_UNUSED,
    /** The fence is the allowance itself: neither clock error nor time to stop in. */
    FENCE_WITHOUT_MARGIN,
    /** The fence is computed from the interval. */
    FENCE_OF_INTERVAL
  }

  private record Event(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::order));
  private final Queue<Runnable> inbox = new ArrayDeque<>();
  private final Random random;
  private final Weather weather;
  private final Fault fault;
  private final Terms terms;
  private final long expiresInNanos;
  private final long longestDelayNanos;
  private final SenderMachine machine;

  private long nowNanos;
  private long order;
  private double clockRate = 1 + RATE_ERROR;
  private long clockNanos;
  private long clockReadAtNanos;

  private Link link = new Link(0);
  private int beatsBeforeTrouble;

  /** The server's side: when it gives the session up, in true time. */
  private long deadlineNanos = Long.MAX_VALUE;

  /** The same, if it had lost the stream right behind the newest heartbeat. */
  private long soonestNanos = Long.MAX_VALUE;

  private long lastSequence;

  private long acks;
  private int registers;
  private int expirations;
  private long shortestMarginNanos = Long.MAX_VALUE;

  HealthyWorld(long intervalMillis, Weather weather, Fault fault) {
    this.weather = weather;
    this.fault = fault;
    random = new Random(intervalMillis);
    clockNanos = random.nextLong();
    terms = Terms.wished(intervalMillis * MILLI, Terms.UNSET, Terms.UNSET);
    expiresInNanos = expiresIn();
    long room = fenceNanos((double) terms.allowanceNanos()) - terms.intervalNanos();
    longestDelayNanos = Math.min(LONGEST_STALL_NANOS, (long) (room * weather.stallShare));
    machine = new SenderMachine(List.of("a"), terms, List.of(), random, new Network());
    machine.start(clock());
  }

  void run(long hours) {
    long untilNanos = nowNanos + hours * HOUR;
    long turnNanos = nowNanos;
    while (turnNanos < untilNanos) {
      arriveUntil(turnNanos);
      turn();
      long timer = nowNanos + (long) (machine.nextDelayNanos(clock()) / clockRate) + 1;
      Event next = events.peek();
      long woken = next == null ? timer : Math.min(timer, next.atNanos());
      turnNanos = Math.max(nowNanos, woken) + latency();
    }
  }

  long acks() {
    return acks;
  }

  int registers() {
    return registers;
  }

  int expirations() {
    return expirations;
  }

  Terms terms() {
    return terms;
  }

  /** How near the sender's belief came to the server's verdict. */
  long shortestMarginNanos() {
    return shortestMarginNanos;
  }

  /** What happens on the wire and at the server goes on while the sender's thread sleeps. */
  private void arriveUntil(long untilNanos) {
    Event next = events.peek();
    while (next != null && next.atNanos() <= untilNanos) {
      events.remove();
      moveTo(Math.max(nowNanos, next.atNanos()));
      next.action().run();
      next = events.peek();
    }
    moveTo(untilNanos);
  }

  /** A turn of the sender's thread: mail first, then what is due. */
  private void turn() {
    for (Runnable arrival = inbox.poll(); arrival != null; arrival = inbox.poll()) {
      arrival.run();
    }
    machine.onTick(clock(), link.open && link.takes);
    Standing standing = machine.standing();
    long now = clock();
    if (standing.isCurrent(now)) {
      // The slowest clock that is allowed makes the fence last longest.
      double left = (standing.fenceAtNanos() - now) / (1 - RATE_ERROR);
      shortestMarginNanos = Math.min(shortestMarginNanos, soonestNanos - nowNanos - (long) left);
    }
  }

  private void moveTo(long atNanos) {
    if (atNanos / HOUR != nowNanos / HOUR) {
      clock();
      clockRate = 2 - clockRate;
    }
    nowNanos = atNanos;
  }

  private long clock() {
    clockNanos += (long) ((nowNanos - clockReadAtNanos) * clockRate);
    clockReadAtNanos = nowNanos;
    return clockNanos;
  }

  private long latency() {
    long usual = 20_000L + random.nextInt(180_000);
    return random.nextInt(100) == 0 ? longestDelayNanos / 10 : usual;
  }

  private long delay() {
    if (random.nextDouble() < STALL_CHANCE) {
      return (long) (longestDelayNanos * (0.5 + random.nextDouble() / 2));
    }
    return Math.min(longestDelayNanos, 200_000L + random.nextInt(1_800_000));
  }

  private void after(long nanos, Runnable action) {
    events.add(new Event(nowNanos + nanos, order++, action));
  }

  /** F = (1 - r)(b / (1 + r) - d), with d = min(250 ms, b / 20). */
  private static long fenceNanos(double b) {
    return (long) ((1 - RATE_ERROR) * (b / (1 + RATE_ERROR) - Math.min(250.0 * MILLI, b / 20)));
  }

  private long expiresIn() {
    return switch (fault) {
      case NONE, ACK_UNUSED -> fenceNanos((double) terms.allowanceNanos());
      case FENCE_WITHOUT_MARGIN -> terms.allowanceNanos();
      case FENCE_OF_INTERVAL -> fenceNanos((double) terms.intervalNanos());
    };
  }

  /** The server heard: it waits its granted time from here, by a clock that is fast. */
  private void heard(long sequence) {
    if (nowNanos > deadlineNanos) {
      throw new AssertionError("given up at " + deadlineNanos / MILLI + " ms, though healthy");
    }
    lastSequence = Math.max(lastSequence, sequence);
    deadlineNanos = nowNanos + (long) (terms.timeoutNanos() / (1 + RATE_ERROR));
    soonestNanos = nowNanos + (long) (terms.allowanceNanos() / (1 + RATE_ERROR));
  }

  private void streamLost() {
    long window = (long) (terms.resumeWindowNanos() / (1 + RATE_ERROR));
    deadlineNanos = Math.min(deadlineNanos, nowNanos + window);
  }

  /** One stream and the connection below it. */
  private final class Link {
    private final long attempt;
    private boolean open = true;
    private boolean takes;
    private boolean swallowsUp;
    private boolean swallowsDown;
    private long upNanos;
    private long downNanos;

    Link(long attempt) {
      this.attempt = attempt;
    }

    /** To the server, in order. */
    void up(Runnable arrival) {
      upNanos = Math.max(upNanos, nowNanos + delay());
      if (!swallowsUp) {
        after(upNanos - nowNanos, () -> runIfOpen(arrival));
      }
    }

    /** To the sender's inbox, in order. */
    void down(Runnable arrival) {
      downNanos = Math.max(downNanos, nowNanos + delay());
      if (!swallowsDown) {
        after(downNanos - nowNanos, () -> inbox.add(arrival));
      }
    }

    private void runIfOpen(Runnable arrival) {
      if (open && link == this) {
        arrival.run();
      }
    }

    void reset() {
      if (open && link == this) {
        open = false;
        streamLost();
        after(
            delay(),
            () -> inbox.add(() -> machine.onStreamEnded(attempt, SenderBench.cut(), clock())));
      }
    }

    void swallow() {
      int ways = random.nextInt(3);
      swallowsUp = ways != 1;
      swallowsDown = ways != 2;
    }
  }

  private final class Network implements SenderActions {
    @Override
    public void connect(long attempt, String address) {
      Link made = new Link(attempt);
      link = made;
      beatsBeforeTrouble = CALM_BEATS + random.nextInt(2 * BEATS_BETWEEN_TROUBLE);
      after(
          2 * delay(),
          () -> {
            made.takes = true;
            inbox.add(() -> {});
          });
    }

    @Override
    public void sendRegister(long attempt, String sessionToken) {
      Link on = link;
      registers++;
      long sentNanos = clock();
      on.up(
          () -> {
            heard(0);
            Grant grant =
                new Grant(INCARNATION, "token", lastSequence, terms, 0, "server", expiresInNanos);
            on.down(() -> machine.onRegistered(attempt, grant, clock()));
          });
      if (registers > 1 && sessionToken.isEmpty()) {
        throw new AssertionError("forgot its session at " + sentNanos);
      }
    }

    @Override
    public long sendHeartbeat(
        long attempt, long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased) {
      Link on = link;
      if (--beatsBeforeTrouble == 0) {
        makeTrouble(on);
      }
      on.up(
          () -> {
            heard(sequence);
            long fence = fault == Fault.ACK_UNUSED ? Terms.UNSET : expiresInNanos;
            Acknowledgement ack = new Acknowledgement(sequence, sentNanos, fence, null);
            on.down(
                () -> {
                  acks++;
                  machine.onAck(attempt, ack, clock());
                });
          });
      return 0;
    }

    /** At any point of the way of the heartbeat that is sent now, and of its ack. */
    private void makeTrouble(Link on) {
      switch (weather) {
        case STALLS -> {}
        case RESETS -> after((long) (random.nextDouble() * 2 * delay()), on::reset);
        case HOLES -> on.swallow();
      }
    }

    @Override
    public void abandon(long attempt) {
      Link left = link;
      if (left.open && !left.swallowsUp) {
        after(
            delay(),
            () -> {
              if (link == left) {
                streamLost();
              }
            });
      }
      left.open = false;
    }

    @Override
    public void tellExpired() {
      expirations++;
    }

    @Override
    public void tellRestored() {
      if (expirations == 0) {
        throw new AssertionError("restored what was not expired");
      }
    }

    @Override
    public void tellRegistered(Grant grant) {
      if (registers != 1) {
        throw new AssertionError("a new incarnation");
      }
    }

    @Override
    public void keepGrant(Grant grant) {}

    @Override
    public void tellDisconnected(StreamEnd end, long retryInNanos) {}

    @Override
    public void sendLeave(long attempt) {
      throw new AssertionError("nobody asked it to leave");
    }

    @Override
    public void tellSuperseded(StreamEnd end) {
      throw new AssertionError("nobody superseded it");
    }

    @Override
    public void tellFailed(StreamEnd end) {
      throw new AssertionError("nobody refused it");
    }
  }
}
