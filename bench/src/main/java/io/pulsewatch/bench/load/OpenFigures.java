package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What an open-loop fleet counts between two questions. Confined to its thread. */
final class OpenFigures {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Histogram acks = new Histogram(LONGEST_NANOS, 3);
  private final Histogram sends = new Histogram(LONGEST_NANOS, 3);
  private long skipped;
  private long cpuNanos = cpu();
  private long sinceNanos = System.nanoTime();

  /** A beat left so long after it was due. */
  void onSent(long lateNanos) {
    sends.recordValue(Math.max(0, Math.min(lateNanos, LONGEST_NANOS)));
  }

  /** A slot found no room to send. */
  void onSkipped() {
    skipped++;
  }

  /** A slot was acked so long after it was due; one that was skipped counts as the next is. */
  void onAcked(long afterNanos) {
    acks.recordValue(Math.max(0, Math.min(afterNanos, LONGEST_NANOS)));
  }

  /** Adds all of it to a line, and begins anew. */
  Line take(Line line) {
    long now = System.nanoTime();
    long cpu = cpu();
    line.with("took_nanos", now - sinceNanos)
        .with("cpu_nanos", cpu - cpuNanos)
        .with("sent", sends.getTotalCount())
        .with("skipped", skipped)
        .with("acked", acks.getTotalCount())
        .with("ack_p50_nanos", acks.getValueAtPercentile(50))
        .with("ack_p99_nanos", acks.getValueAtPercentile(99))
        .with("ack_p999_nanos", acks.getValueAtPercentile(99.9))
        .with("ack_max_nanos", acks.getMaxValue())
        .with("send_p99_nanos", sends.getValueAtPercentile(99))
        .with("send_max_nanos", sends.getMaxValue());
    acks.reset();
    sends.reset();
    skipped = 0;
    cpuNanos = cpu;
    sinceNanos = now;
    return line;
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
