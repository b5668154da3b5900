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
    switch (random.nextInt(23)) {
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
    if (random.nextInt(4) == 0) {
      world.oracle().onSuspended();
      world.server().kernel().onSuspended(world.server().moment());
    }
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
