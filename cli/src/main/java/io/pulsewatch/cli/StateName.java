package io.pulsewatch.cli;

import io.pulsewatch.v1.State;
import java.util.Locale;

/** A state as it is typed. */
enum StateName {
  ALIVE(State.STATE_ALIVE),
  SUSPECT(State.STATE_SUSPECT),
  DEAD(State.STATE_DEAD),
  LEFT(State.STATE_LEFT);

  private final State state;

  StateName(State state) {
    this.state = state;
  }

  State state() {
    return state;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
