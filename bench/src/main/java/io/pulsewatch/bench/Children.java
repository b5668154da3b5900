package io.pulsewatch.bench;

import io.pulsewatch.bench.serve.ServerMain;
import io.pulsewatch.bench.serve.Target;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Starts every process of a benchmark and knows those that still run. Thread-safe: an interrupted
 * benchmark closes it from another thread.
 */
public final class Children implements AutoCloseable {
  /** The first Java whose ZGC has generations and needs no further flag for them. */
  private static final int GENERATIONAL_ZGC = 23;

  /** Both servers run with these, and log, as {@code pulsewatch serve} does. */
  private static final List<String> SERVER_FLAGS =
      List.of(
          "-Xms1g",
          "-Xmx1g",
          Runtime.version().feature() >= GENERATIONAL_ZGC
              ? "-XX:+UseZGC"
              : "-XX:MaxGCPauseMillis=20",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
          "-Dslf4j.internal.verbosity=WARN");

  private static final List<String> LOAD_FLAGS = List.of("-Xmx1g", "-XX:+UseSerialGC");

  /** For processes that are there to be killed: quick to start, little to tear down. */
  private static final List<String> VICTIM_FLAGS =
      List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Path folder;
  private final List<String> serverFlags;
  private final List<Child> children = new CopyOnWriteArrayList<>();

  /**
   * @param folder for logs and files that processes share
   * @param moreServerFlags for the JVMs of both servers; they come last and win
   */
  Children(Path folder, List<String> moreServerFlags) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.serverFlags = Stream.concat(SERVER_FLAGS.stream(), moreServerFlags.stream()).toList();
  }

  public List<String> serverFlags() {
    return serverFlags;
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  /** A server, and the ports that it listens on; {@code web} is 0 where it has none. */
  public record Server(Child child, int port, int web) implements AutoCloseable {
    @Override
    public void close() {
      child.close();
    }
  }

  public Server server(Target target) throws IOException, InterruptedException {
    return server(target, List.of());
  }

  /**
   * A server that departs from its defaults.
   *
   * @param options as its process takes them; one that begins with a dash is a flag of its JVM
   */
  public Server server(Target target, List<String> options)
      throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(serverFlags);
    List<String> arguments = new ArrayList<>(List.of(target.name()));
    options.forEach(option -> (option.startsWith("-") ? flags : arguments).add(option));
    Child child = java("server-" + target, flags, ServerMain.class, arguments);
    Line line = Line.parse(child.await(60));
    return new Server(child, (int) line.get("port"), (int) line.get("web"));
  }

  public Child load(String name, Class<?> main, List<String> arguments) throws IOException {
    return java(name, LOAD_FLAGS, main, arguments);
  }

  public Child victim(String name, Class<?> main, List<String> arguments) throws IOException {
    return java(name, VICTIM_FLAGS, main, arguments);
  }

  public Child command(String name, List<String> command) throws IOException {
    File log = folder.resolve(name + ".log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log));
    Child child = new Child(name, builder.start());
    children.add(child);
    return child;
  }

  /** Processor time of this process, of its live children and of those that ended. */
  public long cpuNanos() {
    long sum = Proc.cpuNanosWithEndedChildren(ProcessHandle.current().pid());
    for (Child child : children) {
      sum += child.isAlive() ? Proc.cpuNanos(child.pid()) : 0;
    }
    return sum;
  }

  /** Ends whatever still runs; more may be started afterwards. */
  void killAll() {
    children.forEach(Child::kill);
  }

  @Override
  public void close() {
    killAll();
  }

  private Child java(String name, List<String> flags, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return command(name, command);
  }
}
