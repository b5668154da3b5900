package io.pulsewatch.bench.kernel;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Reader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A heartbeat that brings no news, without gRPC: what it takes to renew a session.
 *
 * <p>The clock is read for each heartbeat, as the server does; {@link #clock} shows how much of the
 * time that is. Confined to its thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PulseBenchmark {
  private final AwakeClock clock = new AwakeClock(System.nanoTime());
  private final Pulse pulse = new Pulse(new IdleReader(clock), clock, System.nanoTime());
  private long sequence;

  /** Renews a session. */
  @Benchmark
  public Pulse.Outcome heartbeat() {
    long now = System.nanoTime();
    return pulse.onHeartbeat(++sequence, now, 0, null, now);
  }

  /** The clock alone. */
  @Benchmark
  public long clock() {
    return System.nanoTime();
  }

  /** An event loop that reads and is never late. */
  private record IdleReader(AwakeClock clock) implements Reader {
    @Override
    public long ticket() {
      return 0;
    }

    @Override
    public boolean passed(long ticket) {
      return true;
    }

    @Override
    public void nudge() {}
  }
}
