package io.pulsewatch.server.simulation;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import io.pulsewatch.server.watch.CommittedView;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A server, its clients and everything between them, in one thread and virtual time. The same seed
 * gives the same world.
 */
final class SimulatedWorld {
  private static final long[] ORIGINS = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - 5};
  static final int ROLES = 3;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long seed;
  private final Fault fault;
  private final RandomGenerator random;

  /** Of its own, so that worlds are as they were without roles. */
  private final RandomGenerator roleRandom;

  private final Timeline timeline = new Timeline();
  private final Oracle oracle;
  private final SimulatedServer server;
  private final Network network;
  private final Watchers watchers;
  private final Settings settings;
  private final Climate climate;
  private final List<SimulatedName> names = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private boolean restarts;
  private long processes;
  private long tokens;

  SimulatedWorld(long seed, Fault fault) {
    this(seed, fault, Climate.of(new SplittableRandom(seed)));
  }

  SimulatedWorld(long seed, Fault fault, Climate climate) {
    this.seed = seed;
    this.fault = fault;
    this.random = new SplittableRandom(seed);
    this.roleRandom = new SplittableRandom(~seed);
    this.climate = climate;
    this.settings = climate.settings();
    this.oracle = new Oracle(this);
    this.network = new Network(this);
    long origin =
        random.nextBoolean() ? ORIGINS[random.nextInt(ORIGINS.length)] : random.nextLong();
    CommittedView view = new CommittedView();
    this.server = new SimulatedServer(this, origin, climate.readers(), settings, view);
    this.watchers = new Watchers(this, view);
    for (int i = 0; i < climate.instances(); i++) {
      names.add(new SimulatedName(this, profile(i)));
    }
  }

  /** Lives on for so much virtual time; throws where an invariant does not hold. */
  void run(long nanos) {
    try {
      if (timeline.now() == 0) {
        begin();
      }
      long end = timeline.now() + nanos;
      while (true) {
        long step = server.nextStepAt();
        long event = timeline.nextAt();
        if (Math.min(step, event) >= end) {
          timeline.moveTo(end);
          return;
        }
        if (step <= event) {
          timeline.moveTo(Math.max(step, timeline.now()));
          server.step();
        } else {
          timeline.runNext();
        }
      }
    } catch (Violation | RuntimeException e) {
      throw new Violation(this, e);
    }
  }

  private void begin() {
    watchers.begin();
    for (SimulatedName name : names) {
      timeline.after(random.nextLong(5 * SECOND), name::begin);
    }
    if (climate.meanCalmNanos() > 0) {
      new Chaos(this, climate).begin();
      if (names.stream().anyMatch(name -> !name.profile().roles().isEmpty())) {
        new RoleChaos(this, 4 * climate.meanCalmNanos()).begin();
      }
      if (restarts) {
        restartLater();
      }
    }
  }

  private Profile profile(int i) {
    boolean byBeat = random.nextDouble() < climate.beats();
    long interval = climate.interval(random);
    long timeout =
        switch (random.nextInt(3)) {
          case 0 -> interval * 3 / 2;
          case 1 -> interval * 5;
          default -> Times.UNSET;
        };
    long resumeWindow = random.nextInt(12) == 0 && !climate.isCalm() ? 0 : Times.UNSET;
    Times times =
        climate.isCalm()
            ? Times.grant(interval, climate.timeout(), climate.resumeWindow())
            : Times.grant(interval, timeout, resumeWindow);
    return new Profile(
        new InstanceKey("s" + i % 5, "i" + i),
        times,
        climate.isCalm() ? new DetectorChoice.Fixed(0) : detector(interval),
        random.nextInt(4) == 0,
        byBeat,
        climate.isCalm() ? 0.01 : 0.6,
        100_000 + random.nextLong(climate.isCalm() ? 5_000_000 : 40_000_000),
        climate.isCalm() ? 0 : 0.002,
        climate.isCalm() ? 0 : 0.05,
        rules(byBeat, interval),
        byBeat || random.nextBoolean() ? List.of() : List.of(SimulatedProber.endpoint(i)),
        byBeat || resumeWindow == 0 ? List.of() : roles(),
        !byBeat && random.nextInt(3) == 0);
  }

  /** Most stand for one role, or two, or all. */
  private List<String> roles() {
    boolean none = climate.isCalm() || !fault.leavesRoles();
    int count = none ? 0 : roleRandom.nextInt(ROLES + 1);
    return IntStream.range(0, count).mapToObj(i -> "r" + i).toList();
  }

  /** Half of those with a stream have one promise, or two. */
  private List<Progress.Rule> rules(boolean byBeat, long interval) {
    List<Progress.Rule> rules = new ArrayList<>();
    int count = byBeat ? 0 : Math.max(0, random.nextInt(4) - 1);
    for (int i = 0; i < count; i++) {
      long stallAfter = (long) (interval * (0.5 + 4 * random.nextDouble()));
      rules.add(new Progress.Rule("c" + i, stallAfter));
    }
    return List.copyOf(rules);
  }

  private DetectorChoice detector(long interval) {
    return switch (random.nextInt(4)) {
      case 0 -> new DetectorChoice.Fixed(interval * 11 / 10);
      case 1 -> new DetectorChoice.Fixed(0);
      case 2 -> DetectorChoice.DEFAULT;
      default -> {
        DetectorChoice.Kind[] kinds = DetectorChoice.Kind.values();
        DetectorChoice.Profile[] profiles = DetectorChoice.Profile.values();
        yield new DetectorChoice.Adaptive(
            kinds[random.nextInt(kinds.length)], profiles[random.nextInt(profiles.length)], 0);
      }
    };
  }

  Link newLink(Profile profile) {
    List<SimulatedReader> readers = server.readers();
    SimulatedReader reader = readers.get(random.nextInt(readers.size()));
    return new Link(this, reader, profile.delay(), profile.stallRate());
  }

  SimulatedClient newClient(Profile profile) {
    SimulatedClient client = new SimulatedClient(this, profile, "p" + ++processes);
    clients.removeIf(SimulatedClient::isGone);
    clients.add(client);
    return client;
  }

  /** All processes that have not ended, and some that have. */
  List<SimulatedClient> clients() {
    return clients;
  }

  /** The server's own process is killed now and then; only what holds of roles is looked at. */
  SimulatedWorld withRestarts() {
    oracle.lookAtRolesOnly();
    restarts = true;
    return this;
  }

  private void restartLater() {
    long mean = 20 * climate.meanCalmNanos() + 30 * SECOND;
    timeline.after(
        (long) (-Math.log(1 - roleRandom.nextDouble()) * mean) + 1,
        () -> {
          server.restart((long) (60 * SECOND * Math.pow(roleRandom.nextDouble(), 4)) + 1);
          restartLater();
        });
  }

  Token freshToken() {
    return new Token(0, seed, ++tokens);
  }

  long now() {
    return timeline.now();
  }

  Timeline timeline() {
    return timeline;
  }

  RandomGenerator roleRandom() {
    return roleRandom;
  }

  RandomGenerator random() {
    return random;
  }

  Fault fault() {
    return fault;
  }

  Oracle oracle() {
    return oracle;
  }

  SimulatedServer server() {
    return server;
  }

  Network network() {
    return network;
  }

  Watchers watchers() {
    return watchers;
  }

  Settings settings() {
    return settings;
  }

  List<SimulatedName> names() {
    return names;
  }

  /** So many may end within one turn, before retention looks at them again. */
  int endedInATurn() {
    return settings.maxMailPerTurn() + settings.maxExpiriesPerTurn();
  }

  @Override
  public String toString() {
    return "new SimulatedWorld("
        + seed
        + "L, Fault."
        + fault
        + ").run(...) failed after "
        + timeline.now() / 1e9
        + " s";
  }
}
