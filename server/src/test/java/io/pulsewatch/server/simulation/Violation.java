package io.pulsewatch.server.simulation;

/** An invariant does not hold. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  Violation(String invariant, String what) {
    super("[" + invariant + "] " + what);
  }

  Violation(SimulatedWorld world, Throwable cause) {
    super(world + ": " + cause.getMessage(), cause);
  }
}
