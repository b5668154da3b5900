package io.pulsewatch.bench.serve;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * A process with one of the two servers in it. Says {@code port=N web=N}, answers {@code heap} with
 * {@code heap=BYTES}, {@code jit} with {@code jit=MILLIS}, {@code collect} with {@code
 * collected=MILLIS} and {@code hold LOOPS MILLIS} with {@code held=LOOPS}, and ends when its
 * standard input ends. Confined to its thread.
 */
public final class ServerMain {
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

  /** Together about half of the heap. */
  private static final int SMALL_OBJECTS = 12_000_000;

  private static final int SMALL_LONGS = 3;
  private static final int COLLECTIONS = 16;

  private ServerMain() {}

  /** Runs the {@link Target} of this name with these {@link ServerOptions}. */
  public static void main(String[] args) throws Exception {
    Target target = Target.valueOf(args[0]);
    List<String> options = List.of(args).subList(1, args.length);
    try (Target.Running running = target.start(ServerOptions.of(options))) {
      System.out.println("port=" + running.port() + " web=" + running.webPort());
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        switch (line) {
          case "heap" -> System.out.println("heap=" + liveHeapBytes());
          case "jit" -> System.out.println("jit=" + jitMillis());
          case "collect" -> System.out.println("collected=" + collectMillis());
          default -> System.out.println("held=" + hold(running.clock(), line.split(" ", -1)));
        }
      }
    }
    System.exit(0);
  }

  /** Time spent in the JIT compiler since the start. */
  private static long jitMillis() {
    return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
  }

  /** Keeps event loops from their work, and returns how many: 0 stands for all. */
  private static int hold(@Nullable StallingClock clock, String... words)
      throws InterruptedException {
    if (clock == null || words.length != 3 || !words[0].equals("hold")) {
      throw new IllegalArgumentException("line: " + String.join(" ", words));
    }
    int all = Runtime.getRuntime().availableProcessors(); // as many as a server has by default
    int wanted = Integer.parseInt(words[1]);
    int count = wanted == 0 ? all : wanted;
    int held = clock.hold(all, count, Long.parseLong(words[2]));
    if (held != count) {
      throw new IllegalStateException("held " + held + " of " + count + " event loops");
    }
    return held;
  }

  /** Fills much of the heap with small objects and has them all looked at, again and again. */
  private static long collectMillis() {
    List<long[]> small = new ArrayList<>(SMALL_OBJECTS);
    for (int i = 0; i < SMALL_OBJECTS; i++) {
      small.add(new long[SMALL_LONGS]);
    }
    try {
      long began = System.nanoTime();
      for (int i = 0; i < COLLECTIONS; i++) {
        System.gc();
      }
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    } finally {
      Reference.reachabilityFence(small);
    }
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
