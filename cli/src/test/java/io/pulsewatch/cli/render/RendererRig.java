package io.pulsewatch.cli.render;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A renderer of one file, its clock, and commands made by hand. Confined to the test. */
final class RendererRig implements AutoCloseable {
  static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  static final String TEMPLATE = "{{#services}}{{#instances}}{{id}} {{/instances}}{{/services}}";
  static final String FAILS_IN_PROD =
      "{{#services}}{{#instances}}{{#labels.env}}{{oops}}{{/labels.env}}{{id}} {{/instances}}"
          + "{{/services}}";

  final Path folder;
  final Path file;
  long now = Long.MAX_VALUE - SECOND; // it wraps on the way

  /** Each command, with the file that it was given and what that said. */
  final List<String> ran = new ArrayList<>();

  /** How the next ones end; those after them end well. */
  final Queue<Boolean> results = new ArrayDeque<>();

  final List<String> said = new ArrayList<>();
  final List<Long> acknowledged = new ArrayList<>();
  LiveView view = new LiveView("", List.of(), () -> now, () -> {});
  Renderer renderer;
  Duration window = Duration.ofMillis(100);

  /** How long each command takes. */
  long commandNanos;

  private long newest = 1;

  RendererRig(Path folder) throws Exception {
    this.folder = folder;
    file = folder.resolve("pool.conf");
    renderer = renderer("check", "reload");
  }

  @Override
  public void close() throws IOException {
    renderer.close();
  }

  void again(String check, @Nullable String exec) throws Exception {
    renderer.close();
    view = new LiveView("", List.of(), () -> now, () -> {});
    renderer = renderer(check, exec);
  }

  List<String> beside() {
    return Arrays.stream(Objects.requireNonNull(folder.toFile().list()))
        .filter(each -> !each.equals("pool.conf") && !each.endsWith(".pulsewatch-lock"))
        .toList();
  }

  private Renderer renderer(String check, @Nullable String exec) throws Exception {
    return new Renderer(
        new Renderer.Setup(file, check, exec, window),
        PoolTemplate.of("t", TEMPLATE),
        view,
        this::run,
        new Said(),
        () -> now,
        acknowledged::add);
  }

  private Commands.Result run(String command, Path about) {
    try {
      ran.add(command + " " + about.getFileName() + ": " + Files.readString(about));
    } catch (IOException e) {
      ran.add(e.toString());
    }
    now += commandNanos;
    boolean done = results.isEmpty() || results.remove();
    return new Commands.Result(
        done, done ? "" : "exit 1", Duration.ZERO, done ? List.of() : List.of("why"));
  }

  void begin() {
    view.onSnapshot(Backends.snapshot(1, Backends.alive("a", 1), Backends.alive("b", 2)));
    bookmark(Backends.WARM);
    renderer.turn();
  }

  void later(long nanos) {
    now += nanos;
    renderer.turn();
  }

  void bookmark(Bookmark bookmark) {
    view.onBookmark(bookmark, newest);
  }

  void change(long revision, Instance.Builder after) {
    newest = revision;
    view.onChange(Backends.change(revision, after));
  }

  private final class Said implements Renderer.Report {
    @Override
    public void say(String line) {
      if (!line.contains(" written: ")) {
        said.add(line);
      }
    }

    @Override
    public void quote(List<String> lines) {
      lines.forEach(each -> said.add("| " + each));
    }

    @Override
    public void print(String text) {
      throw new AssertionError(text);
    }
  }
}
