package io.pulsewatch.bench.kernel;

import org.openjdk.jmh.runner.RunnerException;

/** Runs {@link PulseBenchmark} and prints one line. Stateless. */
public final class PulseCost {
  private PulseCost() {}

  /** Prints picoseconds and thousandths of a byte for each call. */
  public static void main(String[] args) throws RunnerException {
    System.out.println(JmhLine.of(PulseBenchmark.class));
  }
}
