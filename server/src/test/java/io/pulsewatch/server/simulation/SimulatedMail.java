package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What waits for the loop, in the order of arrival. While it is shut nobody reads it. */
final class SimulatedMail implements Inbox {
  private final SimulatedWorld world;
  private final PauseLog shut = new PauseLog();
  private final Deque<Long> registers = new ArrayDeque<>();
  private final Map<InstanceKey, Integer> named = new HashMap<>();
  private final Deque<Consumer<Sink>> mail = new ArrayDeque<>();
  private final Deque<Consumer<Sink>> withheld = new ArrayDeque<>();

  /** Names in the mail that a turn left behind. */
  private final Set<InstanceKey> leftBehind = new HashSet<>();

  private long posted;
  private long drained;

  SimulatedMail(SimulatedWorld world) {
    this.world = world;
  }

  /** The process ends, and its mail with it. */
  void crash() {
    registers.clear();
    named.clear();
    mail.clear();
    withheld.clear();
    leftBehind.clear();
    drained = posted;
  }

  PauseLog shut() {
    return shut;
  }

  void offer(Command command) {
    if (command instanceof Command.Register register) {
      registers.add(register.readNanos());
      post(
          command.key(),
          sink -> {
            registers.remove();
            command.deliver(sink);
          });
    } else if (command.isSignOfLife()) {
      post(command.key(), command::deliver);
    } else {
      post(command::deliver);
    }
  }

  /** A letter that may be a sign of this instance's life. */
  void post(InstanceKey key, Consumer<Sink> letter) {
    named.merge(key, 1, Integer::sum);
    post(
        sink -> {
          named.computeIfPresent(key, (name, count) -> count == 1 ? null : count - 1);
          letter.accept(sink);
          if (leftBehind.remove(key)) {
            world.oracle().onNamed(key);
          }
        });
  }

  void post(Consumer<Sink> letter) {
    posted++;
    mail.add(letter);
  }

  /** The turn is over. A planted fault lets the letters of each wait until then. */
  void onTurnEnded() {
    if (world.fault() == Fault.EXPIRE_BEFORE_DRAIN) {
      withheld.addAll(mail);
      mail.clear();
    }
  }

  /** A planted fault: there is always one letter more, and it is read at once. */
  @Override
  public boolean names(InstanceKey key) {
    if (world.fault() == Fault.EACH_LETTER_RESTARTS_THE_LOOK) {
      world.oracle().onNamed(key);
      return true;
    }
    return world.fault() != Fault.EXPIRE_BEFORE_DRAIN && named.containsKey(key);
  }

  @Override
  public long posted() {
    return posted;
  }

  @Override
  public boolean isDrained(long count) {
    return world.fault() != Fault.EACH_LETTER_RESTARTS_THE_LOOK && drained >= count;
  }

  @Override
  public long longestWaitNanos(long nowNanos) {
    Long oldest = registers.peek();
    return oldest == null ? 0 : Math.max(0, nowNanos - oldest);
  }

  @Override
  public int drain(Sink sink, int limit) {
    Deque<Consumer<Sink>> ready = world.fault() == Fault.EXPIRE_BEFORE_DRAIN ? withheld : mail;
    int taken = 0;
    while (taken < limit && !ready.isEmpty() && !shut.isPaused()) {
      drained++;
      ready.remove().accept(sink);
      taken++;
    }
    leftBehind.addAll(named.keySet());
    return taken;
  }
}
