package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pulsewatch command as a process of its own, run by bin/pulsewatch on the Java of this test.
 * Every wait is bounded. Thread-safe.
 */
final class Launched implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final String END = "\0";
  private static final Pattern LISTENS = Pattern.compile("listens on (\\S+:\\d+) ");

  /** It lives for moments here, a server, too: half of what its start costs is compiling. */
  private static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1";

  private final Process process;
  private final BlockingQueue<String> out;
  private final BlockingQueue<String> err;
  private final List<String> seen = new ArrayList<>();

  private Launched(Process process) {
    this.process = process;
    this.out = follow(process.getInputStream());
    this.err = follow(process.getErrorStream());
  }

  static Launched start(String... args) throws IOException {
    return start(Map.of(), args);
  }

  static Launched start(Map<String, String> environment, String... args) throws IOException {
    List<String> line = new ArrayList<>(List.of("../bin/pulsewatch"));
    line.addAll(Arrays.asList(args));
    return start(environment, line);
  }

  /** Starts another program, which may start pulsewatch. */
  static Launched program(String... line) throws IOException {
    return start(Map.of(), List.of(line));
  }

  private static Launched start(Map<String, String> environment, List<String> line)
      throws IOException {
    // Whoever runs the tests may ignore a signal (nohup does), and a child inherits that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.addAll(line);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PULSEWATCH_JAVA_OPTS", JAVA_OPTIONS);
    builder.environment().remove(ServerOption.VARIABLE);
    builder.environment().putAll(environment);
    return new Launched(builder.start());
  }

  /** The JVM itself: bin/pulsewatch becomes it. */
  Process process() {
    return process;
  }

  /** Sends a signal, as kill(1) does. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
  }

  void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(UTF_8));
    process.getOutputStream().close();
  }

  /** Returns where this server listens, once it has said that and what to type next. */
  String address() throws InterruptedException {
    Matcher listens = LISTENS.matcher(line("listens on"));
    if (!listens.find()) {
      throw new AssertionError(seen.toString());
    }
    line("pulsewatch beat --server ");
    line("pulsewatch watch --server ");
    return listens.group(1);
  }

  /** Returns the next line of standard output with this text. */
  String line(String text) throws InterruptedException {
    return next(out, text);
  }

  /** Returns the next line of standard error with this text. */
  String error(String text) throws InterruptedException {
    return next(err, text);
  }

  /** Returns what is left of standard output, once the command has ended. */
  String rest() throws InterruptedException {
    return all(out);
  }

  /** Returns what is left of standard error, once the command has ended. */
  String restOfErrors() throws InterruptedException {
    return all(err);
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running; seen: " + seen + out + err);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private String next(BlockingQueue<String> lines, String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      // Of the whole wait: a watch tells something every 10 s, and would keep us here for good.
      String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("no line with '" + text + "'; seen: " + seen + out + err);
      }
      seen.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
  }

  private static String all(BlockingQueue<String> lines) throws InterruptedException {
    StringBuilder all = new StringBuilder();
    String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    while (line != null && !line.equals(END)) {
      all.append(line).append('\n');
      line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    return all.toString();
  }

  private static BlockingQueue<String> follow(InputStream stream) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader text = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                text.lines().forEach(lines::add);
              } catch (IOException | UncheckedIOException closed) {
                // Killed.
              }
              lines.add(END);
            },
            "pulsewatch-test-reader");
    reader.setDaemon(true);
    reader.start();
    return lines;
  }
}
