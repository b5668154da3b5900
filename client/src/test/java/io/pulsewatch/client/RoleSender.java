package io.pulsewatch.client;

import static io.pulsewatch.client.RoleWorld.MILLI;
import static io.pulsewatch.client.RoleWorld.ROLE;
import static io.pulsewatch.client.RoleWorld.TERMS;

import io.pulsewatch.client.session.Grant;
import io.pulsewatch.client.session.SenderActions;
import io.pulsewatch.client.session.SenderMachine;
import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.client.session.Terms;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * One process of a {@link RoleWorld} after another: the sender's own machine, the board that tells
 * an application of its role, and that application. Confined to its world.
 */
final class RoleSender implements SenderActions {
  private static final long STOP_WITHIN_NANOS = 250 * MILLI;

  private final RoleWorld world;
  private final long originNanos;
  private final double clockRate;

  RoleWorld.Session session;
  private SenderMachine machine;
  private RoleBoard board;
  private RoleLink link;
  private Queue<Runnable> mail = new ArrayDeque<>();

  private boolean dead;
  private long frozenUntilNanos;
  private long stalledUntilNanos;

  private boolean working;
  private long workingToken;

  /** The application is stopping, and with it the thread that told it to waits. */
  private boolean stopping;

  RoleSender(RoleWorld world) {
    this.world = world;
    originNanos = world.random.nextLong();
    clockRate = 0.999 + 0.002 * world.random.nextDouble();
    session = world.new Session(true);
    link = new RoleLink(world, this, 0);
    board = newBoard();
    machine = newMachine();
  }

  private long settle() {
    CallbackQueue<RoleHold> callbacks = board.callbacks().get(0);
    callbacks.callWaiting();
    return callbacks.look();
  }

  private RoleBoard newBoard() {
    Queue<Runnable> mine = mail;
    return new RoleBoard(
        List.of(new RoleWish(ROLE, Terms.UNSET, this::onGranted, this::onLost)),
        this::clock,
        new RoleBoard.Reports() {
          @Override
          public void onGivenUp(String role) {
            mine.add(() -> machine.onRoleGivenUp(role, clock()));
          }

          @Override
          public void onStopped(String role, long era) {
            Runnable report = () -> mine.add(() -> machine.onRoleStopped(role, era));
            long nanos = stopping ? timeToStop() : 0;
            if (nanos == 0 || world.fault == RoleWorld.Fault.STOP_SAID_TOO_SOON) {
              report.run();
            } else {
              world.after(nanos, report);
            }
            if (nanos == 0) {
              hasStopped(mine);
            } else {
              world.after(nanos, () -> hasStopped(mine));
            }
          }
        });
  }

  /** Who woke too late has none left, and kills what it works with. */
  private long timeToStop() {
    long most = Math.min(STOP_WITHIN_NANOS, board.role(ROLE).leftToStop().toNanos());
    return most == 0 ? 0 : world.random.nextLong(most);
  }

  private SenderMachine newMachine() {
    return new SenderMachine(List.of("a", "b"), TERMS, board.terms(), world.random, this);
  }

  private void hasStopped(Queue<Runnable> whose) {
    if (mail == whose && stopping) {
      working = false;
      stopping = false;
    }
  }

  private void onGranted(long token) {
    if (working || Long.compareUnsigned(token, workingToken) < 0) {
      throw new AssertionError("granted " + token + " after " + workingToken);
    }
    working = true;
    workingToken = token;
  }

  private void onLost() {
    if (!working || stopping) {
      throw new AssertionError("lost what was not held");
    }
    stopping = true;
  }

  void start() {
    machine.start(clock());
  }

  SenderMachine machine() {
    return machine;
  }

  long clock() {
    return originNanos + (long) (world.nowNanos() * clockRate);
  }

  void post(Runnable arrival) {
    mail.add(arrival);
  }

  boolean uses(RoleLink which) {
    return !dead && link == which;
  }

  /** By its own clock, stopped or not. */
  boolean believes() {
    return !dead && board.role(ROLE).isHeld();
  }

  boolean stands() {
    return board.role(ROLE).isWanted();
  }

  boolean works() {
    return !dead && working && !isFrozen();
  }

  private boolean isFrozen() {
    return world.nowNanos() < frozenUntilNanos;
  }

  private boolean isStalled() {
    return world.nowNanos() < stalledUntilNanos;
  }

  /** When one of its threads wants to run. */
  long wakeNanos() {
    if (dead) {
      return Long.MAX_VALUE;
    }
    if (isFrozen()) {
      return frozenUntilNanos;
    }
    long sender = isStalled() ? stalledUntilNanos : world.nowNanos() + inTrueTime(senderDelay());
    return stopping ? sender : Math.min(sender, world.nowNanos() + inTrueTime(settle()));
  }

  private long senderDelay() {
    return mail.isEmpty() ? machine.nextDelayNanos(clock()) : 0;
  }

  private long inTrueTime(long nanos) {
    return Math.min(Long.MAX_VALUE / 4, (long) Math.ceil(nanos / clockRate));
  }

  /** Both threads run, unless something holds them up. */
  void turn() {
    if (dead || isFrozen()) {
      return;
    }
    if (!isStalled()) {
      for (Runnable each = mail.poll(); each != null; each = mail.poll()) {
        each.run();
      }
      machine.onTick(clock(), link.takes);
      board.publish(machine.roles());
    }
    if (!stopping) {
      settle();
    }
  }

  /** Something happens to this process. */
  void suffer() {
    long nanos = world.random.nextInt(12_000) * MILLI;
    if (dead) {
      return;
    }
    switch (world.random.nextInt(6)) {
      case 0 -> kill(nanos);
      case 1 -> frozenUntilNanos = world.nowNanos() + nanos;
      case 2 -> stalledUntilNanos = world.nowNanos() + nanos;
      case 3 -> link.cut();
      case 4 -> link.swallow();
      default -> {
        if (world.random.nextInt(10) == 0) {
          board.role(ROLE).release();
        }
      }
    }
  }

  private void kill(long nanos) {
    dead = true;
    working = false;
    stopping = false;
    link.close();
    world.after(
        nanos,
        () -> {
          dead = false;
          workingToken = 0;
          mail = new ArrayDeque<>();
          board = newBoard();
          machine = newMachine();
          machine.start(clock());
        });
  }

  @Override
  public void connect(long attempt, String address) {
    RoleLink made = new RoleLink(world, this, attempt);
    link = made;
    if (world.chance(0.3)) {
      world.after(MILLI, made::cut);
    } else {
      world.after(MILLI, () -> made.takes = true);
    }
  }

  @Override
  public void sendRegister(long attempt, String sessionToken) {
    RoleLink on = link;
    boolean named = board.wanted().contains(ROLE);
    on.up(
        () -> {
          if (!sessionToken.isEmpty() && session.isOver()) {
            on.end(RoleWorld.end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND"));
            return;
          }
          if (sessionToken.isEmpty()) {
            session.supersede();
            session = world.new Session();
          }
          session.onRegister(on, named);
        });
  }

  @Override
  public long sendHeartbeat(
      long attempt, long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased) {
    RoleLink on = link;
    on.up(
        () -> {
          if (session.isOver()) {
            on.end(RoleWorld.end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND"));
          } else {
            session.onHeartbeat(on, sequence, sentNanos, tokensReleased);
          }
        });
    return 0;
  }

  /** The server learns of it soon. */
  @Override
  public void abandon(long attempt) {
    world.after(MILLI, link::close);
  }

  @Override
  public void sendLeave(long attempt) {
    throw new AssertionError("nobody asked it to leave");
  }

  @Override
  public void keepGrant(Grant grant) {}

  @Override
  public void tellRegistered(Grant grant) {}

  @Override
  public void tellExpired() {}

  @Override
  public void tellRestored() {}

  @Override
  public void tellSuperseded(StreamEnd end) {
    throw new AssertionError("nobody superseded it");
  }

  @Override
  public void tellFailed(StreamEnd end) {
    throw new AssertionError("nobody refused it for good");
  }

  @Override
  public void tellDisconnected(StreamEnd end, long retryInNanos) {}
}
