package io.pulsewatch.server;

import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * A server in a process of its own: says its port, answers each line of its input with the bytes
 * that it holds, and ends with its input.
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
          System.out.println(heapBytes() + " " + directBytes());
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
        standard.maxCommands(),
        standard.maxBacklog(),
        ringSize,
        standard.maxHealthList(),
        standard.maxCallsPerConnection(),
        standard.maxMessageBytes(),
        standard.maxMetadataBytes(),
        standard.maxResetsPerWindow(),
        standard.resetWindowSeconds(),
        standard.permitPingSeconds());
  }
}
