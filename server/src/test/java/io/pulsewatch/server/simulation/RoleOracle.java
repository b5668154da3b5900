package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Times;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of roles: by the clocks and fences of the processes themselves nobody holds one
 * that another one holds, whoever acts has the greatest token of all who acted, and a role that
 * somebody may be granted is not vacant for long.
 */
final class RoleOracle {
  /** Beside the wait for whoever held it: turns, the ledger, and the way to the candidate. */
  private static final long SLACK = TimeUnit.SECONDS.toNanos(2);

  private static final long LOOK_EACH = SLACK / 4;

  private static final int MOST_PERCENT = 400;
  private static final long MOST_HOLD = TimeUnit.MINUTES.toNanos(5);

  private final SimulatedWorld world;
  private final Map<String, Map<SimulatedClient, Long>> believers = new HashMap<>();
  private final Map<String, Long> greatestActing = new HashMap<>();
  private final Map<String, Long> greatestGranted = new HashMap<>();
  private final Map<String, InstanceKey> holders = new HashMap<>();
  private final Map<String, Vacancy> vacancies = new LinkedHashMap<>();
  private long lookedAt = Long.MIN_VALUE / 2;
  private boolean hasBegun;
  private long begunAt;
  private long grants;
  private long losses;
  private long ends;

  /** Nobody holds a role. */
  private static final class Vacancy {
    /** No candidate needs to be granted it sooner. */
    long waitUntil;

    /** Since then somebody might have been granted it. */
    long eligibleSince = Long.MAX_VALUE;

    Vacancy(long now) {
      waitUntil = now;
    }
  }

  RoleOracle(SimulatedWorld world) {
    this.world = world;
  }

  long grants() {
    return grants;
  }

  /** Taken or given up. */
  long losses() {
    return losses;
  }

  /** Holders that ended. */
  long ends() {
    return ends;
  }

  /** A process is told that it holds this; as long as its fence runs it acts so. */
  void onListed(SimulatedClient client, String role, long token) {
    Map<SimulatedClient, Long> others = believers.computeIfAbsent(role, r -> new LinkedHashMap<>());
    others.keySet().removeIf(SimulatedClient::isGone);
    others.put(client, token);
    if (!client.actsByItsClock()) {
      return;
    }
    others.forEach(
        (other, itsToken) -> {
          if (other != client && other.actsByItsClock()) {
            throw new Violation(
                "one holder", role + ": " + client + " #" + token + ", " + other + " #" + itsToken);
          }
        });
    long greatest = greatestActing.merge(role, token, Math::max);
    if (token < greatest) {
      throw new Violation("no older token acts", role + ": " + client + " #" + token);
    }
  }

  void onStopped(SimulatedClient client, String role) {
    believers.getOrDefault(role, new HashMap<>()).remove(client);
  }

  void onCommitted(Change change, @Nullable Entry before) {
    Map<String, Long> had = held(before);
    Map<String, Long> has = held(change.after());
    losses += change.cause() == Cause.ROLE_LOST ? 1 : 0;
    has.forEach(
        (role, token) -> {
          if (!token.equals(had.get(role))) {
            onGranted(role, token, change);
          }
        });
    had.forEach(
        (role, token) -> {
          if (!has.containsKey(role)) {
            onVacant(role, change);
          }
        });
    for (String role : change.after().details().roles()) {
      Vacancy vacancy =
          holders.containsKey(role)
              ? null
              : vacancies.computeIfAbsent(role, r -> new Vacancy(awake()));
      if (vacancy != null && change.cause() == Cause.SUPERSEDED) {
        long anew = awake() + most(change.after());
        vacancy.waitUntil += Math.max(0, anew - vacancy.waitUntil);
      }
    }
  }

  private static long most(Entry entry) {
    return Math.max(entry.times().stretched(MOST_PERCENT).timeoutNanos(), MOST_HOLD);
  }

  private void onGranted(String role, long token, Change change) {
    Long greatest = greatestGranted.put(role, token);
    if (greatest != null && token <= greatest) {
      throw new Violation("tokens only grow", role + " #" + token + " after #" + greatest);
    }
    if (change.cause() != Cause.ROLE_GRANTED) {
      throw new Violation("a grant is told", role + " with " + change.cause());
    }
    InstanceKey other = holders.put(role, change.key());
    if (other != null) {
      throw new Violation("one holder", role + " of " + other + " and " + change.key());
    }
    grants++;
    vacancies.remove(role);
  }

  /** Who is DEAD or LEFT believes no more; anybody else for its timeout, if it does not confirm. */
  private void onVacant(String role, Change change) {
    holders.remove(role);
    Entry after = change.after();
    ends += after.state().isLive() ? 0 : 1;
    boolean isOver = !after.state().isLive() && change.cause() != Cause.SUPERSEDED;
    Vacancy vacancy = new Vacancy(awake());
    vacancy.waitUntil = awake() + (isOver ? 0 : most(after));
    vacancies.put(role, vacancy);
  }

  /** Looks whether somebody should have been granted what nobody holds. */
  void afterTurn() {
    if (world.now() - lookedAt < LOOK_EACH) {
      return;
    }
    lookedAt = world.now();
    if (!hasBegun) {
      hasBegun = true;
      begunAt = awake();
    }
    if (awake() - begunAt < closedNanos()) {
      return;
    }
    for (Map.Entry<String, Vacancy> one : vacancies.entrySet()) {
      Vacancy vacancy = one.getValue();
      boolean somebody =
          !world.oracle().wasDisturbed()
              && awake() - vacancy.waitUntil >= 0
              && isWanted(one.getKey());
      if (!somebody) {
        vacancy.eligibleSince = Long.MAX_VALUE;
      } else if (vacancy.eligibleSince == Long.MAX_VALUE) {
        vacancy.eligibleSince = world.now();
      } else if (world.now() - vacancy.eligibleSince > SLACK) {
        throw new Violation("a role that is wanted is held", one.getKey() + " is not");
      }
    }
  }

  /** For so long a server that begins with nothing may grant nothing. */
  private long closedNanos() {
    long longest = 8 * SLACK;
    for (SimulatedName name : world.names()) {
      Times times = name.profile().times().stretched(MOST_PERCENT);
      longest = Math.max(longest, times.timeoutNanos() + SLACK);
    }
    return longest;
  }

  /** Somebody who serves stands for it, has its stream, and believes in itself. */
  private boolean isWanted(String role) {
    for (SimulatedName name : world.names()) {
      Entry entry = world.oracle().registry().get(name.key());
      SimulatedClient client = name.current();
      Life life = world.oracle().life(name.key());
      if (entry != null
          && life != null
          && life.lost == null
          && entry.serving()
          && entry.details().roles().contains(role)
          && client.isOpen()
          && client.believesIn(entry.incarnation())) {
        return true;
      }
    }
    return false;
  }

  /** Waits are counted in it. */
  private long awake() {
    return world.server().loopClock().awake(world.server().nanos());
  }

  private static Map<String, Long> held(@Nullable Entry entry) {
    Map<String, Long> held = new LinkedHashMap<>();
    List<HeldRole> roles = entry == null ? List.of() : entry.roles();
    roles.forEach(role -> held.put(role.name(), role.token()));
    return held;
  }
}
