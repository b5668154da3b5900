package io.pulsewatch.server;

import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A server in a process of its own: says its port, answers each line of its input with what it has
 * used, and ends with its input.
 */
final class ChildServer {
  private static final long SAMPLE_MILLIS = 1;

  private ChildServer() {}

  /**
   * What it has used.
   *
   * @param heapBytes after a collection
   * @param directBytes off the heap
   * @param fanoutCpuNanos by the thread that tells watchers, ever
   * @param mostDirectBytes off the heap at any time since it was asked last
   */
  record Used(long heapBytes, long directBytes, long fanoutCpuNanos, long mostDirectBytes) {
    static Used by(ChildProcess server) throws IOException {
      server.tell("used");
      long[] numbers = Stream.of(server.line().split(" ", -1)).mapToLong(Long::parseLong).toArray();
      return new Used(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    @Override
    public String toString() {
      return "%.1f MiB heap, %.1f MiB direct (at most %.1f), the fan-out thread %d ms"
          .formatted(
              heapBytes / 1048576d,
              directBytes / 1048576d,
              mostDirectBytes / 1048576d,
              fanoutCpuNanos / 1_000_000);
    }
  }

  /**
   * Runs it.
   *
   * @param arguments the port, 0 for any free one; then, where it is not the usual one, the size of
   *     the ring
   */
  public static void main(String[] arguments) throws IOException {
    AtomicLong most = new AtomicLong();
    ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> sampling =
        sampler.scheduleAtFixedRate(
            () -> most.accumulateAndGet(directBytes(), Math::max),
            0,
            SAMPLE_MILLIS,
            TimeUnit.MILLISECONDS);
    Limits limits = arguments.length > 1 ? ringOf(Integer.parseInt(arguments[1])) : Limits.DEFAULT;
    try (PulsewatchServer server =
        PulsewatchServer.builder()
            .listen("127.0.0.1", Integer.parseInt(arguments[0]))
            .limits(limits)
            .start()) {
      System.out.println(server.port());
      for (int read = System.in.read(); read >= 0; read = System.in.read()) {
        if (read == '\n') {
          System.out.println(
              heapBytes()
                  + " "
                  + directBytes()
                  + " "
                  + fanoutCpuNanos()
                  + " "
                  + most.getAndSet(directBytes()));
        }
      }
    } finally {
      sampling.cancel(true);
      sampler.shutdownNow();
    }
  }

  /** What is left after a collection; two, since the first one only finds what may be freed. */
  private static long heapBytes() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** What the thread that tells watchers has taken of the processor. */
  private static long fanoutCpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("pulsewatch-fanout")) {
        return threads.getThreadCpuTime(thread.getThreadId());
      }
    }
    return 0;
  }

  /** Buffers off the heap, as the JDK counts all that it knows of, or Netty its own. */
  private static long directBytes() {
    long bytes = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getMemoryUsed();
    }
    return Math.max(bytes, PlatformDependent.usedDirectMemory());
  }

  private static Limits ringOf(int ringSize) {
    return Limits.DEFAULT.with(Map.of("ring_size", ringSize));
  }
}
