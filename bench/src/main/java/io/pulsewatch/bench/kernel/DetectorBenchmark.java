package io.pulsewatch.bench.kernel;

import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Fixed;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What each detector costs a heartbeat, on arrivals with a heavy tail and without the clock. The
 * detectors stand behind their interface, as in the server. Confined to its thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DetectorBenchmark {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);

  /** A power of two. */
  private static final int GAPS = 1 << 12;

  private final long[] gaps = gaps();
  private final Detector fixed = new Fixed(0).create(INTERVAL);
  private final Detector tail = DetectorChoice.DEFAULT.create(INTERVAL);
  private final Detector logistic = lan(Kind.PHI_LOGISTIC);
  private final Detector exponential = lan(Kind.PHI_EXPONENTIAL);
  private final Detector windows = lan(Kind.NFD2W);
  private long now;
  private int next;

  /** Doubt after the same silence, always. */
  @Benchmark
  public long fixed() {
    return fixed.onHeartbeat(1, arrival());
  }

  /** Tail quantile, the default. */
  @Benchmark
  public long tail() {
    return tail.onHeartbeat(1, arrival());
  }

  /** Akka's phi. */
  @Benchmark
  public long logistic() {
    return logistic.onHeartbeat(1, arrival());
  }

  /** Cassandra's phi. */
  @Benchmark
  public long exponential() {
    return exponential.onHeartbeat(1, arrival());
  }

  /** Chen's estimator with two windows. */
  @Benchmark
  public long windows() {
    return windows.onHeartbeat(1, arrival());
  }

  private long arrival() {
    next = (next + 1) & (GAPS - 1);
    now += gaps[next];
    return now;
  }

  private static Detector lan(Kind kind) {
    return new Adaptive(kind, Profile.LAN, 0).create(INTERVAL);
  }

  /** Lateness from parts of a millisecond to seconds, with a seed of its own. */
  private static long[] gaps() {
    SplittableRandom random = new SplittableRandom(20260801);
    long[] gaps = new long[GAPS];
    for (int i = 0; i < GAPS; i++) {
      gaps[i] = INTERVAL + (long) (100_000 * Math.pow(random.nextDouble(), -1.2));
    }
    return gaps;
  }
}
