package io.pulsewatch.bench.serve;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * A process with one of the two servers in it. Says {@code port=N}, answers {@code heap} with
 * {@code heap=BYTES} and {@code jit} with {@code jit=MILLIS}, and ends when its standard input
 * ends. Confined to its thread.
 */
public final class ServerMain {
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

  private ServerMain() {}

  /** Runs {@code ours} or {@code noop}. */
  public static void main(String[] args) throws Exception {
    Target target = Target.valueOf(args[0]);
    try (Target.Running running = target.start()) {
      System.out.println("port=" + running.port());
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        switch (line) {
          case "heap" -> System.out.println("heap=" + liveHeapBytes());
          case "jit" -> System.out.println("jit=" + jitMillis());
          default -> throw new IllegalArgumentException("line: " + line);
        }
      }
    }
    System.exit(0);
  }

  /** Time spent in the JIT compiler since the start. */
  private static long jitMillis() {
    return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
  }

  /**
   * Bytes of all reachable objects, as {@code jcmd GC.class_histogram} counts them after a full
   * collection. The first collection lets references be cleared that keep others alive.
   */
  private static long liveHeapBytes() throws JMException {
    System.gc();
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Matcher total = TOTAL.matcher((String) histogram);
    if (!total.find()) {
      throw new IllegalStateException("no total in the class histogram");
    }
    return Long.parseLong(total.group(1));
  }
}
