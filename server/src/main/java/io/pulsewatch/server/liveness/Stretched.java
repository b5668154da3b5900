package io.pulsewatch.server.liveness;

/**
 * What a ledger keeps of stretching: by how much granted times are made longer. Immutable.
 *
 * @param percent of the granted times: what who registers now is granted
 * @param greatestPercent no session lives under more: a process to come gives all of them this
 */
public record Stretched(int percent, int greatestPercent) {
  /** As granted. */
  public static final Stretched NOT = new Stretched(Times.AS_GRANTED, Times.AS_GRANTED);
}
