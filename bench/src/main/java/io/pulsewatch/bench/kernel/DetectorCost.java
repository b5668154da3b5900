package io.pulsewatch.bench.kernel;

import org.openjdk.jmh.runner.RunnerException;

/** Runs {@link DetectorBenchmark} and prints one line. Stateless. */
public final class DetectorCost {
  private DetectorCost() {}

  /** Prints picoseconds and thousandths of a byte for each call. */
  public static void main(String[] args) throws RunnerException {
    System.out.println(JmhLine.of(DetectorBenchmark.class));
  }
}
