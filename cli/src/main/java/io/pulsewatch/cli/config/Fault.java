package io.pulsewatch.cli.config;

/**
 * Something wrong in a file or in the environment.
 *
 * @param origin where
 * @param what what is wrong, and what is expected
 */
public record Fault(Origin origin, String what) {
  @Override
  public String toString() {
    return origin + ": " + what;
  }
}
