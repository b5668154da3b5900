package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Status;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Strokes of fate, one after another at random times. */
final class Chaos {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SimulatedWorld world;
  private final Climate climate;
  private final RandomGenerator random;

  Chaos(SimulatedWorld world, Climate climate) {
    this.world = world;
    this.climate = climate;
    this.random = world.random();
  }

  void begin() {
    next();
  }

  private void next() {
    double gap = -Math.log(1 - random.nextDouble()) * climate.meanCalmNanos();
    world
        .timeline()
        .after(
            (long) gap + 1,
            () -> {
              strike();
              next();
            });
  }

  private void strike() {
    SimulatedName name = world.names().get(random.nextInt(world.names().size()));
    SimulatedClient client = name.current();
    long interval = name.profile().times().intervalNanos();
    switch (random.nextInt(30)) {
      case 0, 1, 2, 3 -> cut(client, interval);
      case 4, 5 -> name.restart(() -> client.crash(random.nextBoolean()), someOf(8 * interval));
      case 6 -> name.restart(() -> client.leave(random.nextBoolean()), someOf(4 * interval));
      case 7, 8 -> client.stop(someOf(8 * interval));
      case 9 -> zombie(name, client, interval);
      case 10 -> proxyRestart();
      case 11, 12 -> client.report(pick(Status.values()));
      case 13 -> world.watchers().stall(someOf(600_000 * MS));
      case 14, 15 -> operator(name);
      case 16 -> pauseAll();
      case 17 -> world.server().pauseReader(aReader(), pause());
      case 18 -> world.server().pauseLoop(pause());
      case 20, 21 -> client.hold(someOf(300_000 * MS));
      case 19 -> world.server().beBusy(someOf(20_000 * MS));
      case 23, 24 -> client.stick(someOf(20 * interval));
      case 25, 26 -> client.block(someOf(8 * interval));
      case 28, 29 -> world.server().press(someOf(600_000 * MS), someOf(600_000 * MS));
      case 27 -> flap(name, 4 + random.nextInt(8), interval);
      default -> rare();
    }
    if (client.isGone() && random.nextBoolean()) {
      name.restart(() -> {}, someOf(10 * interval));
    }
  }

  private void cut(SimulatedClient client, long interval) {
    boolean serverHears = random.nextInt(4) != 0;
    client.cut(serverHears, someOf(interval), someOf(interval / 2));
  }

  /** Now there, now away: by a bad link, or by a process that stops and goes on. */
  private void flap(SimulatedName name, int times, long interval) {
    SimulatedClient client = name.current();
    if (random.nextBoolean()) {
      cut(client, interval);
    } else {
      client.stop(2 * interval + someOf(2 * interval));
    }
    if (times > 0) {
      world.timeline().after(5 * interval, () -> flap(name, times - 1, interval));
    }
  }

  /** A stopped process, a successor with its name, and then the old one goes on. */
  private void zombie(SimulatedName name, SimulatedClient client, long interval) {
    client.stop(someOf(12 * interval));
    if (random.nextBoolean()) {
      client.cut(true, 0, 0);
    }
    world.timeline().after(someOf(10 * interval), name::rival);
  }

  private void proxyRestart() {
    boolean serverHears = random.nextBoolean();
    for (SimulatedName name : world.names()) {
      if (random.nextInt(4) != 0) {
        name.current().cut(serverHears, someOf(50 * MS), someOf(200 * MS));
      }
    }
  }

  private void pauseAll() {
    world.server().pauseAll(pause());
    if (random.nextInt(4) == 0) {
      proxyRestart();
    }
  }

  private void operator(SimulatedName name) {
    Answer.Caller nobody = reply -> {};
    if (random.nextInt(4) == 0) {
      world.server().offer(new Command.Remove(nobody, name.key()));
      return;
    }
    OperatorOverride.Kind kind = pick(OperatorOverride.Kind.values());
    long expires =
        random.nextBoolean()
            ? OperatorOverride.NEVER
            : world.server().wallMillis() + random.nextLong(60_000);
    OperatorOverride override =
        random.nextInt(3) == 0 ? null : new OperatorOverride(kind, "simulated", expires);
    world.server().offer(new Command.SetOverride(nobody, name.key(), override));
  }

  private void rare() {
    switch (random.nextInt(5)) {
      case 3 -> drain();
      case 0 -> world.server().sleep(1_000 * MS + someOf(600_000 * MS));
      case 1 -> world.network().cut(someOf(60_000 * MS));
      case 2 -> manyAtOnce();
      default -> {
        world.network().restartProxy(someOf(10_000 * MS));
        world.server().congest(someOf(45_000 * MS));
      }
    }
  }

  /** They stop, or die and come back, or die for good until somebody strikes them again. */
  private void manyAtOnce() {
    int what = random.nextInt(3);
    for (SimulatedName name : world.names()) {
      SimulatedClient client = name.current();
      long interval = name.profile().times().intervalNanos();
      if (random.nextInt(3) != 0) {
        switch (what) {
          case 0 -> client.stop(someOf(8 * interval));
          case 1 -> name.restart(() -> client.crash(random.nextBoolean()), someOf(8 * interval));
          default -> client.crash(true);
        }
      }
    }
  }

  /** For as long as a server is replaced, or for a moment. */
  private void drain() {
    world.server().drain().begin(someOf(120_000 * MS), someOf(10_000 * MS), someOf(10_000 * MS));
  }

  private SimulatedReader aReader() {
    return world.server().readers().get(random.nextInt(climate.readers()));
  }

  /** From 50 ms to half a minute, mostly short. */
  private long pause() {
    return 50 * MS + (long) (30_000 * MS * Math.pow(random.nextDouble(), 6));
  }

  private <T> T pick(T[] some) {
    return some[random.nextInt(some.length)];
  }

  private long someOf(long most) {
    return (long) (most * random.nextDouble() * random.nextDouble()) + 1;
  }
}
