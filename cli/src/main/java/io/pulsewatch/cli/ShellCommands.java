package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.cli.render.Commands;
import io.pulsewatch.cli.render.RenderLimits;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Commands of {@code pulsewatch render}, by the shell: the file is {@code $1} and {@code
 * $PULSEWATCH_FILE}. What they say goes to a file, so that nobody has to read along, and a child
 * that they leave behind holds up nobody. Confined to the main thread.
 */
final class ShellCommands implements Commands {
  private static final long GRACE_MILLIS = 2_000;
  private static final long LOOK_MILLIS = 10;

  private final Duration limit;
  private final LongSupplier nanoTicker;

  /**
   * Makes one.
   *
   * @param limit of each command; past it, it and its children are sent TERM, and then KILL
   */
  ShellCommands(Duration limit, LongSupplier nanoTicker) {
    this.limit = limit;
    this.nanoTicker = nanoTicker;
  }

  @Override
  public Result run(String command, Path file) {
    long began = nanoTicker.getAsLong();
    @Nullable Path output = null;
    try {
      output = Files.createTempFile("pulsewatch-render", ".out");
      String end = end(start(command, file, output.toFile()));
      boolean done = end.isEmpty();
      return new Result(done, end, since(began), done ? List.of() : tail(output));
    } catch (IOException e) {
      return new Result(false, String.valueOf(e.getMessage()), since(began), List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(false, "interrupted", since(began), List.of());
    } finally {
      delete(output);
    }
  }

  private static Process start(String command, Path file, File output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command, "pulsewatch", file.toString())
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().put("PULSEWATCH_FILE", file.toString());
    return Launch.withLocaleBefore(builder).start();
  }

  /** Empty where it did what it should. */
  private String end(Process child) throws InterruptedException {
    if (child.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      int exitCode = child.exitValue();
      return exitCode == 0 ? "" : WrappedCommand.endInWords(exitCode);
    }
    end(child, new LinkedHashSet<>(family(child.toHandle())));
    return "not done in " + Spans.exact(limit);
  }

  /** Also those that their parents have left: a second command may not run beside the first. */
  private static void end(Process child, Set<ProcessHandle> all) throws InterruptedException {
    all.forEach(ProcessHandle::destroy);
    if (haveEnded(all)) {
      return;
    }
    List.copyOf(all).forEach(each -> all.addAll(family(each))); // those that came meanwhile
    all.forEach(ProcessHandle::destroyForcibly);
    child.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    haveEnded(all);
  }

  /** Waits for a limited time. Of those that nobody buries some would seem alive for ever. */
  private static boolean haveEnded(Set<ProcessHandle> all) throws InterruptedException {
    for (long waited = 0; waited < GRACE_MILLIS; waited += LOOK_MILLIS) {
      if (all.stream().noneMatch(ProcessHandle::isAlive)) {
        return true;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return false;
  }

  private static List<ProcessHandle> family(ProcessHandle of) {
    return Stream.concat(of.descendants(), Stream.of(of)).toList();
  }

  private Duration since(long beganNanos) {
    return Duration.ofNanos(nanoTicker.getAsLong() - beganNanos);
  }

  private static List<String> tail(Path output) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      byte[] last = new byte[(int) Math.min(file.length(), RenderLimits.MAX_OUTPUT_BYTES)];
      file.seek(file.length() - last.length);
      file.readFully(last);
      List<String> lines = new String(last, UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - RenderLimits.MAX_OUTPUT_LINES), lines.size());
    }
  }

  private static void delete(@Nullable Path output) {
    try {
      if (output != null) {
        Files.deleteIfExists(output);
      }
    } catch (IOException itStays) {
      // In the directory for what is temporary.
    }
  }
}
