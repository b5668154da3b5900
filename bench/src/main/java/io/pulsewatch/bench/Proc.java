package io.pulsewatch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells of processes and of the machine under {@code /proc}. Stateless. */
public final class Proc {
  /** The unit of times in /proc/PID/stat is 1/100 s on every Linux. */
  private static final long TICK_NANOS = 10_000_000;

  private static final int UTIME = 11;

  private Proc() {}

  /** Processor time of a live process, in user and kernel mode. */
  public static long cpuNanos(long pid) {
    return sum(stat(pid), UTIME, UTIME + 2);
  }

  /** Processor time of those live threads of a process whose names contain one of the words. */
  public static long cpuNanosOfThreads(long pid, List<String> words) {
    long sum = 0;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks.toList()) {
        String line = lineOf(task.resolve("stat"));
        String name = line.substring(line.indexOf('(') + 1, Math.max(1, line.lastIndexOf(')')));
        if (words.stream().anyMatch(name::contains)) {
          sum += sum(line.substring(line.lastIndexOf(')') + 2).split(" ", -1), UTIME, UTIME + 2);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot list the threads of process " + pid, e);
    }
    return sum;
  }

  /** The first line of a file that may go away; without it one that says nothing. */
  private static String lineOf(Path file) {
    try {
      return Files.readAllLines(file).get(0);
    } catch (IOException e) {
      return "() " + "0 ".repeat(UTIME + 2);
    }
  }

  /** Processor time of a process and of those of its children that have ended. */
  static long cpuNanosWithEndedChildren(long pid) {
    return sum(stat(pid), UTIME, UTIME + 4);
  }

  /** Processor time that the machine did not idle, ours and everybody's. */
  public static long machineBusyNanos() {
    String[] fields = read(Path.of("/proc/stat")).get(0).split(" +");
    long idle = Long.parseLong(fields[4]) + Long.parseLong(fields[5]);
    return sum(fields, 1, 9) - idle * TICK_NANOS;
  }

  /** Resident memory of a live process. */
  public static long residentBytes(long pid) {
    for (String line : read(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IllegalStateException("no VmRSS of process " + pid);
  }

  static String loadAverage() {
    return read(Path.of("/proc/loadavg")).get(0).split(" ", -1)[0];
  }

  static String cpuModel() {
    return read(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  static long memoryBytes() {
    return Long.parseLong(read(Path.of("/proc/meminfo")).get(0).replaceAll("[^0-9]", "")) * 1024;
  }

  /** The fields after the command's name, which may hold blanks. */
  private static String[] stat(long pid) {
    String line = read(Path.of("/proc/" + pid + "/stat")).get(0);
    return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static long sum(String[] fields, int from, int to) {
    long ticks = 0;
    for (int i = from; i < to; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks * TICK_NANOS;
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }
}
