package io.pulsewatch.server.simulation;

import java.util.List;

/** All the work of one process. */
final class Workers {
  private final SimulatedWorld world;
  private final List<Worker> all;

  Workers(SimulatedWorld world, Profile profile, ClientClock clock) {
    this.world = world;
    long interval = profile.times().intervalNanos();
    this.all = profile.rules().stream().map(rule -> new Worker(rule, clock, interval)).toList();
  }

  /** One of them is stuck for so long. */
  void stick(long nanos) {
    if (!all.isEmpty()) {
      Worker worker = all.get(world.random().nextInt(all.size()));
      worker.stand();
      world.timeline().after(nanos, worker::goOn);
    }
  }

  /** The process is stopped. */
  void stand() {
    all.forEach(Worker::stand);
  }

  void goOn() {
    all.forEach(Worker::goOn);
  }

  List<Worker.Report> report() {
    return all.stream().map(Worker::report).toList();
  }
}
