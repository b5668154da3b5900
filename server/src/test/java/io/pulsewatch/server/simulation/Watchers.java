package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Kernel;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Filter;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.Interest;
import io.pulsewatch.server.watch.Selector;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.ServiceNames;
import io.pulsewatch.server.watch.WatchLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The real hub with small limits, and watchers of all kinds that stop reading now and then: of
 * every change and of the latest, of everything and of the living.
 */
final class Watchers {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final WatchLimits LIMITS = new WatchLimits(100, 32, 48, 30_000, 8);
  private static final Set<State> LIVING = Set.of(State.ALIVE, State.SUSPECT);
  private static final Filter OF_LIVING = new Filter(ServiceNames.ALL, Selector.ALL, LIVING);

  private final SimulatedWorld world;
  private final CommittedView view;
  private final Hub hub;
  private final List<Watcher> watchers = new ArrayList<>();

  Watchers(SimulatedWorld world, CommittedView view) {
    this.world = world;
    this.view = view;
    this.hub =
        new Hub(
            LIMITS,
            "simulated",
            view,
            () -> condition(world.server().kernel(), world.server().moment()),
            () -> true,
            world.server().moment());
  }

  private static ServerCondition condition(Kernel kernel, Moment now) {
    return new ServerCondition(kernel.mode(now), kernel.isWarmingUp(now), 0, 0);
  }

  /** They subscribe, and the hub's own timers begin to run. */
  void begin() {
    for (boolean everyChange : new boolean[] {true, true, false, false}) {
      subscribe(Filter.ALL, Set.of(State.values()), everyChange);
      subscribe(OF_LIVING, LIVING, everyChange);
    }
    world.timeline().after(SECOND, this::tick);
  }

  long overflows() {
    return watchers.stream().mapToLong(Watcher::overflows).sum();
  }

  long folded() {
    return watchers.stream().mapToLong(Watcher::folded).sum();
  }

  void onChanges(List<Change> changes) {
    view.onChanges(changes);
    hub.onChanges(changes);
    turn();
    watchers.forEach(watcher -> watcher.check(changes));
  }

  /** One of them stops reading for so long. */
  void stall(long nanos) {
    Watcher watcher = watchers.get(world.random().nextInt(watchers.size()));
    watcher.stall();
    world
        .timeline()
        .after(
            nanos,
            () -> {
              watcher.goOn();
              turn();
              watcher.checkAll();
            });
  }

  private void subscribe(Filter filter, Set<State> states, boolean everyChange) {
    Watcher watcher = new Watcher(world, states, everyChange);
    Interest interest = new Interest(filter, null, false, everyChange, 10 * SECOND);
    watchers.add(watcher);
    watcher.subscribed(hub.subscribe(interest, watcher));
  }

  private void tick() {
    turn();
    watchers.forEach(Watcher::checkAll);
    world.timeline().after(10 * SECOND, this::tick);
  }

  /** The hub works until it has nothing to do; then whoever can read knows everything. */
  private void turn() {
    while (hub.turn(world.server().nanos(), world.server().wallMillis()) > 0) {
      // a step each
    }
  }
}
