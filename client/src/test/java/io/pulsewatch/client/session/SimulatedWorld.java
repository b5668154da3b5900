package io.pulsewatch.client.session;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One sender, one server, and a network that delays, stalls, cuts and swallows, all from one seed.
 * Confined to its test.
 *
 * <p>True time is nanoseconds from 0. The sender's clock has an origin and a rate of its own. After
 * each event it is checked that the sender never believes in an incarnation that the server has
 * given up.
 */
final class SimulatedWorld {
  private static final long MILLI = 1_000_000L;
  private static final int MAX_STEPS = 1_000_000;
  private static final Terms TERMS = SenderBench.terms(2000, 6000, 5000);

  private record Event(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::order));
  private final Random random;
  private final long originNanos;
  private final double clockRate;
  private final SenderMachine machine;
  private final Tellings tellings = new Tellings();
  private long nowNanos;
  private long order;
  private boolean chaos = true;

  private Link link = new Link(0);

  /** The server's side. */
  private long incarnations = 100;

  private Session session = new Session(0);
  private int verdicts;

  SimulatedWorld(long seed) {
    random = new Random(seed);
    originNanos = random.nextLong();
    clockRate = 0.999 + 0.002 * random.nextDouble();
    machine = new SenderMachine(List.of("a", "b"), TERMS, List.of(), random, new Network());
    machine.start(clock());
  }

  /** Runs with faults, and then without. */
  void run(long chaosMillis, long calmMillis) {
    runUntil(chaosMillis * MILLI);
    chaos = false;
    link.swallows = false;
    runUntil((chaosMillis + calmMillis) * MILLI);
  }

  boolean senderIsCurrent() {
    return machine.standing().isCurrent(clock());
  }

  int verdicts() {
    return verdicts;
  }

  private void runUntil(long untilNanos) {
    for (int steps = 0; nowNanos < untilNanos; steps++) {
      if (steps > MAX_STEPS) {
        throw new AssertionError("it never rests");
      }
      long wake = nowNanos + (long) Math.ceil(machine.nextDelayNanos(clock()) / clockRate);
      Event next = events.peek();
      if (next != null && next.atNanos() <= wake) {
        events.remove(next);
        nowNanos = Math.max(nowNanos, next.atNanos());
        next.action().run();
        check();
      } else {
        nowNanos = Math.min(Math.max(wake, nowNanos + 1), untilNanos);
      }
      machine.onTick(clock(), link.takes);
      check();
    }
  }

  private void check() {
    long believed = senderIsCurrent() ? machine.standing().incarnation() : 0;
    if (believed != 0 && (believed != session.incarnation || session.over)) {
      throw new AssertionError("believes in " + believed + " at " + nowNanos / MILLI + " ms");
    }
  }

  private long clock() {
    return originNanos + (long) (nowNanos * clockRate);
  }

  private void after(long nanos, Runnable action) {
    events.add(new Event(nowNanos + nanos, order++, action));
  }

  private boolean chance(double probability) {
    return chaos && random.nextDouble() < probability;
  }

  /** F = (1 - r)(b / (1 + r) - d). */
  private static long fenceNanos() {
    double b = TERMS.allowanceNanos();
    double d = Math.min(250.0 * MILLI, b / 20);
    return (long) (0.999 * (b / 1.001 - d));
  }

  /** What the server knows of the sender. */
  private final class Session {
    private final long incarnation;
    private boolean over;
    private long deadlineNanos;

    Session(long incarnation) {
      this.incarnation = incarnation;
      over = incarnation == 0;
    }

    void heard() {
      expireAt(nowNanos + TERMS.timeoutNanos());
    }

    void streamLost() {
      expireAt(Math.min(deadlineNanos, nowNanos + TERMS.resumeWindowNanos()));
    }

    private void expireAt(long atNanos) {
      deadlineNanos = atNanos;
      after(
          atNanos - nowNanos,
          () -> {
            if (!over && deadlineNanos == atNanos) {
              over = true;
              verdicts++;
            }
          });
    }
  }

  /** One stream and the connection below it. */
  private final class Link {
    private final long attempt;
    private boolean open = true;
    private boolean takes;
    private boolean swallows;
    private boolean known;
    private long upNanos;
    private long downNanos;

    Link(long attempt) {
      this.attempt = attempt;
    }

    /** To the server, in order. */
    void up(Runnable arrival) {
      upNanos = Math.max(upNanos, nowNanos + delay());
      boolean swallowed = swallows;
      after(
          upNanos - nowNanos,
          () -> {
            if (open && !swallowed) {
              arrival.run();
            }
          });
    }

    /** To the sender, in order. */
    void down(Runnable arrival) {
      downNanos = Math.max(downNanos, nowNanos + delay());
      boolean swallowed = swallows;
      after(
          downNanos - nowNanos,
          () -> {
            if (open && !swallowed) {
              arrival.run();
            }
          });
    }

    void end(StreamEnd end) {
      lostByServer();
      machine.onStreamEnded(attempt, end, clock());
    }

    /** The server learns of a cut first, and the sender when it pleases the network. */
    void cut() {
      lostByServer();
      after(delay(), () -> machine.onStreamEnded(attempt, SenderBench.cut(), clock()));
    }

    private void lostByServer() {
      if (open && known && !session.over && link == this) {
        session.streamLost();
      }
      open = false;
    }

    private long delay() {
      long millis = chance(0.05) ? random.nextInt(3000) : 1 + random.nextInt(5);
      return millis * MILLI;
    }

    void onRegister(boolean resumes) {
      if (resumes && session.over) {
        down(() -> end(SenderBench.end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND")));
        return;
      }
      if (!resumes) {
        session.over = true;
        session = new Session(++incarnations);
      }
      known = true;
      Session mine = session;
      mine.heard();
      Grant grant = new Grant(mine.incarnation, "token", 0, TERMS, 0, "server", fenceNanos());
      down(() -> machine.onRegistered(attempt, grant, clock()));
    }

    void onHeartbeat(long sequence, long sentNanos) {
      if (session.over) {
        down(() -> end(SenderBench.end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND")));
        return;
      }
      session.heard();
      Acknowledgement ack = new Acknowledgement(sequence, sentNanos, fenceNanos(), null);
      down(() -> machine.onAck(attempt, ack, clock()));
    }
  }

  private final class Network implements SenderActions {
    @Override
    public void connect(long attempt, String address) {
      Link made = new Link(attempt);
      link = made;
      if (chance(0.7)) {
        after(MILLI, made::cut);
      } else if (!chance(0.2)) {
        after(MILLI, () -> made.takes = true);
      }
      if (chance(0.5)) {
        after(random.nextInt(20_000) * MILLI, made::cut);
      }
      if (chance(0.5)) {
        after(random.nextInt(20_000) * MILLI, () -> made.swallows = chaos);
      }
      if (chance(0.3)) {
        after(random.nextInt(20_000) * MILLI, () -> made.takes = !chaos);
      }
    }

    @Override
    public void sendRegister(long attempt, String sessionToken) {
      Link on = usable(attempt);
      on.up(() -> on.onRegister(!sessionToken.isEmpty()));
    }

    @Override
    public long sendHeartbeat(
        long attempt, long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased) {
      Link on = usable(attempt);
      tellings.onHeartbeat(sequence);
      on.up(() -> on.onHeartbeat(sequence, sentNanos));
      return 0;
    }

    @Override
    public void sendLeave(long attempt) {
      throw new AssertionError("nobody asked it to leave");
    }

    /** The server learns of it later, or never. */
    @Override
    public void abandon(long attempt) {
      Link left = link;
      if (left.open && left.known && !left.swallows) {
        Session held = session;
        long stale = left.attempt;
        after(
            MILLI,
            () -> {
              if (session == held && !held.over && link.attempt == stale) {
                held.streamLost();
              }
            });
      }
      left.open = false;
    }

    @Override
    public void keepGrant(Grant grant) {}

    @Override
    public void tellRegistered(Grant grant) {
      tellings.onRegistered(grant.incarnation());
    }

    @Override
    public void tellExpired() {
      tellings.onExpired();
    }

    @Override
    public void tellRestored() {
      tellings.onRestored();
    }

    @Override
    public void tellSuperseded(StreamEnd end) {
      throw new AssertionError("nobody superseded it");
    }

    @Override
    public void tellFailed(StreamEnd end) {
      throw new AssertionError("nobody refused it for good");
    }

    @Override
    public void tellDisconnected(StreamEnd end, long retryInNanos) {
      if (retryInNanos < 0) {
        throw new AssertionError("waits " + retryInNanos);
      }
    }

    private Link usable(long attempt) {
      if (link.attempt != attempt || !link.takes) {
        throw new AssertionError("sends on a stream that takes nothing");
      }
      return link;
    }
  }

  /** The order in which an application is told, and heartbeats are numbered. */
  private static final class Tellings {
    private long incarnation;
    private boolean believes;
    private long lastSequence;

    void onRegistered(long incarnation) {
      if (believes || incarnation <= this.incarnation) {
        throw new AssertionError("registered " + incarnation + " after " + this.incarnation);
      }
      this.incarnation = incarnation;
      believes = true;
      lastSequence = 0;
    }

    void onExpired() {
      if (!believes) {
        throw new AssertionError("expired twice");
      }
      believes = false;
    }

    void onRestored() {
      if (believes) {
        throw new AssertionError("restored what was not expired");
      }
      believes = true;
    }

    void onHeartbeat(long sequence) {
      if (sequence <= lastSequence) {
        throw new AssertionError("number " + sequence + " after " + lastSequence);
      }
      lastSequence = sequence;
    }
  }
}
