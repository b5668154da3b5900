package io.pulsewatch.client;

import io.pulsewatch.client.session.Acknowledgement;
import io.pulsewatch.client.session.Grant;
import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.client.session.Terms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Three senders that stand for one role, a server that keeps the contract's rules for it, and a
 * network between them that delays, stalls and cuts, all from one seed. Processes are killed and
 * started again, stopped and woken, and their threads held up; applications need time to stop.
 * Confined to its test.
 *
 * <p>True time is nanoseconds from 0, and the server's. Each sender's clock has an origin and a
 * rate of its own. After each event it is checked that at most one believes to hold the role by its
 * own clock, stopped processes included, and that at most one process that runs works in it.
 */
final class RoleWorld {
  static final long MILLI = 1_000_000L;
  static final String ROLE = "w";
  static final Terms TERMS = new Terms(2000 * MILLI, 6000 * MILLI, 5000 * MILLI);
  private static final int SENDERS = 3;
  private static final int MAX_STEPS = 3_000_000;

  /** What is planted. */
  enum Fault {
    NONE,
    /** A sender's application says that it has stopped before it has. */
    STOP_SAID_TOO_SOON,
    /** The server counts no time to stop, nor errors of clocks, and waits a little less itself. */
    FENCE_TOO_LONG,
    /** The server passes a role on that it takes, without waiting for anybody. */
    TAKEN_WITHOUT_WAITING
  }

  private record Event(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::order));
  final Random random;
  final Fault fault;
  private final List<RoleSender> senders = new ArrayList<>();
  private long nowNanos;
  private long order;
  private boolean chaos = true;

  private long incarnations = 100;
  private long tokens = 1000;
  private @Nullable Session holder;

  /** Who may still believe to hold it, by the newest token, until then. */
  private boolean awaited;

  private long freeAtNanos;
  private int grants;
  private int handOvers;

  RoleWorld(long seed, Fault fault) {
    random = new Random(seed);
    this.fault = fault;
    for (int i = 0; i < SENDERS; i++) {
      senders.add(new RoleSender(this));
    }
    senders.forEach(RoleSender::start);
  }

  /** Runs with faults, and then without. */
  void run(long chaosMillis, long calmMillis) {
    trouble();
    runUntil(chaosMillis * MILLI);
    chaos = false;
    runUntil((chaosMillis + calmMillis) * MILLI);
  }

  int grants() {
    return grants;
  }

  int handOvers() {
    return handOvers;
  }

  long holders() {
    return senders.stream().filter(RoleSender::believes).count();
  }

  boolean somebodyStands() {
    return senders.stream().anyMatch(RoleSender::stands);
  }

  long nowNanos() {
    return nowNanos;
  }

  void after(long nanos, Runnable action) {
    events.add(new Event(nowNanos + nanos, order++, action));
  }

  boolean chance(double probability) {
    return chaos && random.nextDouble() < probability;
  }

  private void runUntil(long untilNanos) {
    for (int steps = 0; nowNanos < untilNanos; steps++) {
      if (steps > MAX_STEPS) {
        throw new AssertionError("it never rests");
      }
      long next = events.isEmpty() ? untilNanos : events.element().atNanos();
      for (RoleSender each : senders) {
        next = Math.min(next, each.wakeNanos());
      }
      nowNanos = Math.min(Math.max(next, nowNanos + 1), untilNanos);
      while (!events.isEmpty() && events.element().atNanos() <= nowNanos) {
        events.remove().action().run();
        passOn();
      }
      senders.forEach(RoleSender::turn);
      passOn();
      check();
    }
  }

  private void check() {
    if (holders() > 1) {
      throw new AssertionError("two believe to hold the role at " + nowNanos / MILLI + " ms");
    }
    if (senders.stream().filter(RoleSender::works).count() > 1) {
      throw new AssertionError("two work in the role at " + nowNanos / MILLI + " ms");
    }
  }

  /** Something happens to somebody now and then. */
  private void trouble() {
    after(
        (500 + random.nextInt(8000)) * MILLI,
        () -> {
          if (chaos) {
            Session held = holder;
            if (held != null && random.nextInt(4) == 0) {
              take(held);
            } else {
              senders.get(random.nextInt(SENDERS)).suffer();
            }
            trouble();
          }
        });
  }

  /** An operator takes the role from its holder. */
  private void take(Session held) {
    handOvers++;
    holder = null;
    await(fault == Fault.TAKEN_WITHOUT_WAITING ? 0 : TERMS.timeoutNanos());
    held.lastTaken = true;
    held.tell();
  }

  private void await(long nanos) {
    awaited = true;
    freeAtNanos = nowNanos + nanos;
    after(nanos, () -> {});
  }

  /** Grants the role if nobody holds it or may believe so. */
  private void passOn() {
    awaited = awaited && nowNanos < freeAtNanos;
    if (holder != null || awaited) {
      return;
    }
    List<Session> ready =
        senders.stream().map(each -> each.session).filter(Session::mayBeGranted).toList();
    List<Session> others = ready.stream().filter(each -> !each.lastTaken).toList();
    List<Session> first = others.isEmpty() ? ready : others;
    if (!first.isEmpty()) {
      Session next = first.get(random.nextInt(first.size()));
      grants++;
      next.token = ++tokens;
      next.lastTaken = false;
      holder = next;
      next.tell();
    }
  }

  private long fenceNanos() {
    double b = TERMS.allowanceNanos();
    double d = fault == Fault.FENCE_TOO_LONG ? -1000.0 * MILLI : 250.0 * MILLI;
    return (long) (0.999 * (b / 1.001 - d));
  }

  /** What the server knows of one incarnation. Confined to its world. */
  final class Session {
    private final long incarnation;
    private boolean over;
    private long deadlineNanos;
    private long token;
    private boolean lastTaken;
    private boolean stands = true;
    private @Nullable RoleLink stream;

    Session() {
      incarnation = ++incarnations;
    }

    /** Nobody's. */
    Session(boolean over) {
      incarnation = 0;
      this.over = over;
    }

    boolean isOver() {
      return over;
    }

    /** A register that resumes this one, or made it. */
    void onRegister(RoleLink link, boolean named) {
      stream = link;
      stands = named;
      heard();
      Grant grant = new Grant(incarnation, "token", 0, TERMS, 0, "server", fenceNanos(), listed());
      link.down(() -> link.sender.machine().onRegistered(link.attempt, grant, link.sender.clock()));
    }

    void onHeartbeat(RoleLink link, long sequence, long sentNanos, List<Long> released) {
      heard();
      released.forEach(this::onReleased);
      ack(link, sequence, sentNanos, fenceNanos());
    }

    private void ack(RoleLink link, long sequence, long sentNanos, long fenceNanos) {
      Acknowledgement ack =
          new Acknowledgement(sequence, sentNanos, fenceNanos, null, false, listed());
      link.down(() -> link.sender.machine().onAck(link.attempt, ack, link.sender.clock()));
    }

    private void onReleased(long released) {
      if (released != tokens) {
        return; // an older one: moot
      }
      if (holder == this) {
        holder = null;
        stands = false;
      } else {
        awaited = false;
      }
    }

    /** Unasked. */
    void tell() {
      RoleLink open = stream;
      if (open != null && open.isOpen()) {
        ack(open, 0, 0, Terms.UNSET);
      }
    }

    private Map<String, Long> listed() {
      return holder == this ? Map.of(ROLE, token) : Map.of();
    }

    private boolean mayBeGranted() {
      return !over && stands && stream != null && stream.isOpen();
    }

    private void heard() {
      expireAt(nowNanos + TERMS.timeoutNanos());
    }

    void streamLost(RoleLink link) {
      if (!over && stream == link) {
        expireAt(Math.min(deadlineNanos, nowNanos + TERMS.resumeWindowNanos()));
      }
    }

    /** Another incarnation of the name: whoever is superseded may believe for its timeout. */
    void supersede() {
      if (holder == this) {
        holder = null;
        await(TERMS.timeoutNanos());
      }
      over = true;
    }

    private void expireAt(long atNanos) {
      deadlineNanos = atNanos;
      after(
          atNanos - nowNanos,
          () -> {
            if (!over && deadlineNanos == atNanos) {
              over = true;
              holder = holder == this ? null : holder;
            }
          });
    }
  }

  static StreamEnd end(StreamEnd.Kind kind, String code) {
    return new StreamEnd(kind, code, "", "said the test", Terms.UNSET);
  }
}
