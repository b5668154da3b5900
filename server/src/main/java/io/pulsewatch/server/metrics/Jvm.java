package io.pulsewatch.server.metrics;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.TreeMap;

/** What the JVM tells of itself. Stateless. */
final class Jvm {
  private static final double MILLIS = 1e3;

  private Jvm() {}

  static void addTo(Scrape scrape) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
    scrape.add(
        Family.JVM_MEMORY_USED,
        Scrape.by("area", Map.of("heap", heap.getUsed(), "nonheap", other.getUsed())));
    scrape.add(
        Family.JVM_MEMORY_MAX,
        Scrape.by("area", Map.of("heap", heap.getMax(), "nonheap", other.getMax())));
    scrape.add(Family.JVM_DIRECT, directBytes());
    Map<String, Double> collections = new TreeMap<>();
    Map<String, Double> seconds = new TreeMap<>();
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      // -1 where it does not tell
      collections.put(gc.getName(), (double) Math.max(0, gc.getCollectionCount()));
      seconds.put(gc.getName(), Math.max(0, gc.getCollectionTime()) / MILLIS);
    }
    scrape.add(Family.JVM_GCS, Scrape.by("gc", collections));
    scrape.add(Family.JVM_GC_TIME, Scrape.by("gc", seconds));
    scrape.add(Family.JVM_THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static double directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToDouble(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
