package io.pulsewatch.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes, and watchers with random filters who stop, go, are cut and resume. Whatever
 * happens: who was told everything up to a revision knows exactly what matched at that revision;
 * revisions never fall within a subscription; changes told, folded and skipped add up.
 */
final class RandomWatchTest {
  private static final int TURNS = 600;
  private static final int WATCHERS = 12;
  private static final long NOT_COUNTED = -1;
  private static final List<Status> STATUSES = List.of(Status.values());
  private static final List<String> LABELS = List.of("", "env=dev", "env=prod", "env=prod,tier=a");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyWatcherKnowsWhatIsThere(long seed) {
    new Run(seed, new WatchLimits(100, 40, 12, 700, 3)).run();
  }

  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104})
  void theSameWithARingForAll(long seed) {
    new Run(seed, new WatchLimits(100, 100_000, 100_000, 1L << 40, 2)).run();
  }

  @ParameterizedTest
  @ValueSource(longs = {201, 202, 203, 204})
  void theSameWithHardlyAnyMemory(long seed) {
    new Run(seed, new WatchLimits(100, 1, 1, 100, 1)).run();
  }

  /** A stopped watcher holds a message, and three of them all the room there is. */
  @ParameterizedTest
  @ValueSource(longs = {301, 302, 303, 304, 305, 306})
  void theSameWithLittleRoom(long seed) {
    new Run(seed, new WatchLimits(100, 40, 12, 700, 3).withUnwrittenBytes(3_000)).run();
  }

  /** The server is restarted now and then: everybody resumes by the token, if they have one. */
  @ParameterizedTest
  @ValueSource(longs = {401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412})
  void theSameOverRestarts(long seed) {
    new Run(seed, new WatchLimits(100, 40, 12, 1L << 40, 3)).restarting().run();
  }

  private static final class Run {
    private final String name;
    private final SplittableRandom random;
    private final WatchLimits limits;
    private World world;
    private boolean restarting;
    private final Map<Long, Map<InstanceKey, Entry>> past = new HashMap<>();
    private final List<String> changed = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();

    Run(long seed, WatchLimits limits) {
      this.name = "seed " + seed;
      this.random = new SplittableRandom(seed);
      this.limits = limits;
      this.world = new World(limits);
    }

    Run restarting() {
      restarting = true;
      return this;
    }

    private void restart() {
      world = world.restart(limits, limits.ringSize(), 0);
      watchers.forEach(Watcher::onRestart);
    }

    void run() {
      remember();
      for (int i = 0; i < WATCHERS; i++) {
        watchers.add(new Watcher(this));
      }
      for (int turn = 0; turn < TURNS; turn++) {
        if (restarting && random.nextInt(40) == 0) {
          restart();
        }
        change();
        for (Watcher watcher : watchers) {
          watcher.act();
        }
        if (random.nextInt(4) == 0) {
          world.pass(10L * (1 + random.nextInt(20)));
        } else if (random.nextInt(2) == 0) {
          world.hub.turn(world.now().nanos(), world.now().wallMillis());
        }
      }
      for (Watcher watcher : watchers) {
        watcher.recover();
      }
      world.pass(1_000);
      for (Watcher watcher : watchers) {
        watcher.checkAtRest();
      }
    }

    private void change() {
      world.hold();
      int changes = random.nextInt(6);
      for (int i = 0; i < changes; i++) {
        String service = "s" + random.nextInt(3);
        long before = world.revision();
        changeOne(service + "/" + random.nextInt(8));
        if (world.revision() > before) {
          changed.add(service);
          remember();
        }
      }
      world.release();
    }

    private void changeOne(String instance) {
      Entry before = world.entries.get(World.key(instance));
      String labels = LABELS.get(random.nextInt(LABELS.size()));
      if (before == null) {
        world.register(instance, labels);
        return;
      }
      boolean live = before.state().isLive();
      switch (random.nextInt(6)) {
        case 0 -> world.report(instance, STATUSES.get(random.nextInt(STATUSES.size())));
        case 1 -> world.relabel(instance, labels);
        case 2 -> world.go(instance, live ? State.SUSPECT : before.state());
        case 3 -> world.go(instance, live ? State.ALIVE : before.state());
        case 4 -> {
          if (live) {
            world.go(instance, random.nextInt(2) == 0 ? State.DEAD : State.LEFT);
          } else {
            world.remove(instance);
          }
        }
        default -> {
          if (!live) {
            world.register(instance, labels);
          }
        }
      }
    }

    boolean isByName(Filter filter) {
      return filter.equals(new Filter(filter.services(), Selector.ALL, Set.of()));
    }

    long changes(Filter filter, long after, long to) {
      long count = 0;
      for (long revision = after + 1; revision <= to; revision++) {
        String service = changed.get((int) (revision - World.START_REVISION - 1));
        count += filter.services().matches(service) ? 1 : 0;
      }
      return count;
    }

    private void remember() {
      past.put(world.revision(), new TreeMap<>(world.entries));
    }

    Map<InstanceKey, Entry> matching(Filter filter, long revision) {
      Map<InstanceKey, Entry> all = past.get(revision);
      if (all == null) {
        throw new AssertionError(name + ": no revision " + revision);
      }
      Map<InstanceKey, Entry> matching = new TreeMap<>(all);
      matching.values().removeIf(entry -> !filter.matches(entry));
      return matching;
    }

    Filter filter() {
      ServiceNames names =
          List.of(
                  ServiceNames.ALL,
                  ServiceNames.of(List.of("s0")),
                  ServiceNames.of(List.of("s1", "s2")),
                  ServiceNames.of(List.of("s?")),
                  ServiceNames.of(List.of("s0", "*2")))
              .get(random.nextInt(5));
      Selector selector =
          Selector.of(List.of("", "", "env=prod", "!tier", "env!=dev").get(random.nextInt(5)));
      Set<State> states =
          List.of(
                  EnumSet.noneOf(State.class),
                  EnumSet.noneOf(State.class),
                  EnumSet.of(State.ALIVE),
                  EnumSet.of(State.DEAD, State.LEFT),
                  EnumSet.of(State.SUSPECT))
              .get(random.nextInt(5));
      return new Filter(names, selector, states);
    }
  }

  /** One watcher with its model of the world. */
  private static final class Watcher {
    private final Run run;
    private final Tape tape = new Tape();
    private Room.Seat seat;
    private Interest interest;
    private boolean connected;
    private long newest;

    /** A snapshot may know more than its revision says, up to what was the head at its end. */
    private long exactFrom;

    private boolean wasInSnapshot;
    private boolean greeting;

    /** From this revision on changes are counted. */
    private long counted = NOT_COUNTED;

    private long countedBefore;

    Watcher(Run run) {
      this.run = run;
      this.seat = run.world.hub.room().seat();
      this.interest = wish();
      tape.afterEach(this::onCall);
      connect();
    }

    void act() {
      switch (run.random.nextInt(20)) {
        case 0, 1, 2 -> tape.stop();
        case 3, 4, 5, 6, 7 -> {
          if (!tape.ready) {
            seat.clear();
            tape.go();
          }
        }
        case 8 -> {
          if (connected) {
            tape.subscription().cancel();
            seat.clear();
            connected = false;
          }
        }
        case 9, 10 -> {
          if (!connected) {
            interest = run.random.nextInt(5) == 0 ? wish() : Interests.resuming(null, interest);
            connect();
          }
        }
        default -> {}
      }
    }

    /** Its stream is gone with the server. */
    void onRestart() {
      seat = run.world.hub.room().seat();
      connected = false;
    }

    void recover() {
      tape.afterEach(this::check);
      seat.clear();
      if (!connected) {
        connect();
      }
      tape.go();
    }

    void checkAtRest() {
      assertThat(tape.isLive()).as(run.name).isTrue();
      assertThat(tape.known)
          .as(run.name)
          .isEqualTo(run.matching(interest.filter(), run.world.revision()));
    }

    private Interest wish() {
      return new Interest(run.filter(), null, false, run.random.nextInt(2) == 0, 100_000_000L);
    }

    private void connect() {
      newest = 0;
      connected = true;
      greeting = true;
      counted = NOT_COUNTED;
      wasInSnapshot = false;
      tape.join(run.world, Interests.resuming(tape.position, interest));
    }

    /** After each call; then its subscriber may be full. */
    private void onCall() {
      check();
      if (run.random.nextInt(4) == 0) {
        tape.stop();
        seat.take(100);
      }
    }

    private void check() {
      if (tape.inSnapshot) {
        if (!wasInSnapshot) {
          checkCount(run.world.hub.history().head());
        }
        wasInSnapshot = true;
        counted = NOT_COUNTED;
        newest = 0;
        return;
      }
      assertThat(tape.revision).as(run.name).isGreaterThanOrEqualTo(newest);
      newest = tape.revision;
      if (wasInSnapshot) {
        wasInSnapshot = false;
        exactFrom = run.world.hub.history().head();
        countFrom(tape.revision);
      } else if (greeting) {
        boolean inRing = tape.revision >= run.world.hub.history().ringFloor();
        countFrom(inRing && !isFolding() ? tape.revision : NOT_COUNTED);
      }
      greeting = false;
      if (isFolding()) {
        exactFrom = Math.max(exactFrom, tape.position().revision());
        return;
      }
      checkCount(tape.revision);
      if (tape.revision >= exactFrom) {
        assertThat(tape.known)
            .as(run.name + " at " + tape.revision + " " + interest)
            .isEqualTo(run.matching(interest.filter(), tape.revision));
      }
    }

    private boolean isFolding() {
      return tape.position().since() < tape.position().revision();
    }

    private void countFrom(long revision) {
      counted = revision;
      countedBefore = tape.told + tape.folded + tape.skipped;
    }

    /** Where only names filter, each change was told, or folded, or skipped: once. */
    private void checkCount(long revision) {
      if (counted != NOT_COUNTED && run.isByName(interest.filter())) {
        assertThat(tape.told + tape.folded + tape.skipped - countedBefore)
            .as(run.name + " from " + counted + " to " + revision + " " + interest)
            .isEqualTo(run.changes(interest.filter(), counted, revision));
      }
    }
  }
}
