package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import org.jspecify.annotations.Nullable;

/** Somebody who asked for a registration, or renews one. */
interface Party extends Answer.Caller {
  SimulatedClient client();

  Registration registration();

  /** Who reads its heartbeats; null for a beat, which may come through any. */
  @Nullable SimulatedReader reader();

  /** When its register or beat was read. */
  @Nullable Mark readAt();

  /** When the end of its stream was read, if it was. */
  @Nullable Mark lossRead();

  void setLife(Life life);
}
