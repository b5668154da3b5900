package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What waits for the loop, in the order of arrival. While it is shut nobody reads it. */
final class SimulatedMail implements Inbox {
  private final SimulatedWorld world;
  private final PauseLog shut = new PauseLog();
  private final Deque<Long> registers = new ArrayDeque<>();
  private final Map<InstanceKey, Integer> named = new HashMap<>();
  private final Deque<Consumer<Sink>> mail = new ArrayDeque<>();
  private final Deque<Consumer<Sink>> withheld = new ArrayDeque<>();

  SimulatedMail(SimulatedWorld world) {
    this.world = world;
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
          world.oracle().onNamed(key);
        });
  }

  void post(Consumer<Sink> letter) {
    mail.add(letter);
  }

  /** The turn is over. A planted fault lets the letters of each wait until then. */
  void onTurnEnded() {
    if (world.fault() == Fault.EXPIRE_BEFORE_DRAIN) {
      withheld.addAll(mail);
      mail.clear();
    }
  }

  @Override
  public boolean names(InstanceKey key) {
    return world.fault() != Fault.EXPIRE_BEFORE_DRAIN && named.containsKey(key);
  }

  @Override
  public long longestWaitNanos(long nowNanos) {
    Long oldest = registers.peek();
    return oldest == null ? 0 : Math.max(0, nowNanos - oldest);
  }

  @Override
  public int drain(Sink sink, int limit) {
    if (shut.isPaused()) {
      return 0;
    }
    Deque<Consumer<Sink>> ready = world.fault() == Fault.EXPIRE_BEFORE_DRAIN ? withheld : mail;
    int drained = 0;
    while (drained < limit && !ready.isEmpty()) {
      ready.remove().accept(sink);
      drained++;
    }
    return drained;
  }
}
