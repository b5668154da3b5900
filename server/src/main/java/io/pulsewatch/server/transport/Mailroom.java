package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;

/** The way into the liveness loop. Thread-safe; returns at once. */
public interface Mailroom {
  /** Hands over a command; false where as many wait as may. */
  boolean offer(Command command);

  /** How long those that wait will take: who is not taken is asked to stay away for so long. */
  long awayNanos();

  /**
   * Says that a sign of life was sent away. It takes no place of a command: of each live name the
   * latest of a few senders is kept, and that of a further one is dropped.
   */
  void putOff(PutOff putOff);

  /** Says that a pulse has news. Never refused: there is at most one for each stream. */
  void post(Pulse pulse);
}
