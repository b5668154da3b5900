package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.probe.AddressRules;
import io.pulsewatch.server.probe.ProbeLimits;
import io.pulsewatch.server.probe.Prober;
import io.pulsewatch.server.probe.Sockets;
import io.pulsewatch.server.watch.CommittedView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The real prober, with sockets that find what is true of a client at that time. */
final class SimulatedProber implements Sockets {
  private static final int LOOKS_PER_SECOND = 5;
  private static final ProbeLimits LIMITS = new ProbeLimits(4, LOOKS_PER_SECOND, 16, 30);
  private static final int FIRST_PORT = 1_000;
  private static final String HOST = "10.1.0.7";
  private static final long LONGEST_LOOK = TimeUnit.MILLISECONDS.toNanos(300);

  private final SimulatedServer server;
  private final SimulatedWorld world;
  private final Prober prober;
  private final InSecond looks = new InSecond(2 * LOOKS_PER_SECOND);

  SimulatedProber(SimulatedServer server, SimulatedWorld world, CommittedView view) {
    this.server = server;
    this.world = world;
    this.prober =
        new Prober(
            LIMITS,
            new AddressRules(false, List.of()),
            this,
            view,
            server::tell,
            Runnable::run,
            world.random(),
            server.nanos());
  }

  /** Where the n-th name can be reached. */
  static Details.Endpoint endpoint(int n) {
    return new Details.Endpoint("tcp", HOST, FIRST_PORT + n);
  }

  Prober asking() {
    return prober;
  }

  /** What the fan-out loop does. */
  void turn(List<Change> changes) {
    prober.turn(server.nanos());
    prober.onChanges(changes);
    prober.turn(server.nanos());
  }

  /** Of the process that has this name now: it may be another than the suspect. */
  Probe.Outcome outcomeAt(int port) {
    boolean listens = !world.names().get(port - FIRST_PORT).current().isGone();
    return listens ? Probe.Outcome.REACHABLE : Probe.Outcome.REFUSED;
  }

  @Override
  public void resolve(String host, Consumer<List<InetAddress>> told) {
    try {
      told.accept(List.of(InetAddress.getByAddress(new byte[] {10, 1, 0, 7})));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void look(InetSocketAddress at, Protocol protocol, long within, Consumer<Found> told) {
    int times = world.fault() == Fault.ASKED_TOO_OFTEN ? 3 : 1;
    for (int i = 0; i < times; i++) {
      looks.add(world.now());
    }
    long took = world.random().nextLong(LONGEST_LOOK);
    world.timeline().after(took, () -> told.accept(new Found(outcomeAt(at.getPort()), took)));
  }
}
