package io.pulsewatch.server;

import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/**
 * A server in a process of its own: says its port, answers each line of its input with what it has
 * used, and ends with its input.
 */
final class ChildServer {
  private ChildServer() {}

  /**
   * Runs it.
   *
   * @param arguments the port, 0 for any free one; then, where it is not the usual one, the size of
   *     the ring
   */
  public static void main(String[] arguments) throws IOException {
    Limits limits = arguments.length > 1 ? ringOf(Integer.parseInt(arguments[1])) : Limits.DEFAULT;
    try (PulsewatchServer server =
        PulsewatchServer.builder()
            .listen("127.0.0.1", Integer.parseInt(arguments[0]))
            .limits(limits)
            .start()) {
      System.out.println(server.port());
      for (int read = System.in.read(); read >= 0; read = System.in.read()) {
        if (read == '\n') {
          System.out.println(heapBytes() + " " + directBytes() + " " + fanoutCpuNanos());
        }
      }
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

  /** Buffers off the heap, as Netty counts its own, and as the JDK counts all others. */
  private static long directBytes() {
    long bytes = Math.max(0, PlatformDependent.usedDirectMemory());
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getMemoryUsed();
    }
    return bytes;
  }

  private static Limits ringOf(int ringSize) {
    Limits standard = Limits.DEFAULT;
    return new Limits(
        standard.maxInstances(),
        standard.maxStreams(),
        standard.maxWatchers(),
        standard.maxOverrides(),
        standard.maxGroups(),
        standard.maxCommands(),
        standard.maxBacklog(),
        ringSize,
        standard.maxHistory(),
        standard.historyHours(),
        standard.maxHealthList(),
        standard.maxProbesInFlight(),
        standard.maxProbesPerSecond(),
        standard.maxProbesQueued(),
        standard.maxProbePeers(),
        standard.maxCallsPerConnection(),
        standard.maxMessageBytes(),
        standard.maxMetadataBytes(),
        standard.maxResetsPerWindow(),
        standard.resetWindowSeconds(),
        standard.permitPingSeconds(),
        standard.maxWebConnections(),
        standard.webRequestSeconds(),
        standard.webIdleSeconds(),
        standard.webStallSeconds());
  }
}
