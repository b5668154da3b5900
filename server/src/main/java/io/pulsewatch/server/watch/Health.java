package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.State;

/** What grpc.health says of a name that it knows. */
public enum Health {
  SERVING,
  UNKNOWN,
  NOT_SERVING;

  /** True for a suspect that would serve if it were alive, and for one that has to settle. */
  static boolean isWavering(Entry entry) {
    return (entry.state() == State.SUSPECT || entry.settling()) && alive(entry).serving();
  }

  private static Entry alive(Entry entry) {
    return new Entry(
        entry.key(),
        entry.incarnation(),
        entry.revision(),
        State.ALIVE,
        entry.status(),
        entry.override(),
        entry.details(),
        entry.times(),
        entry.sinceMillis(),
        entry.vitals(),
        entry.hold(),
        false,
        entry.roles());
  }
}
