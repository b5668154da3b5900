package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.cli.render.FileTakenException;
import io.pulsewatch.cli.render.LiveView;
import io.pulsewatch.cli.render.PoolTemplate;
import io.pulsewatch.cli.render.RenderLimits;
import io.pulsewatch.cli.render.Renderer;
import io.pulsewatch.cli.render.TemplateException;
import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.client.WatcherBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch render}. */
@Command(
    name = "render",
    description = {
      "Keep a file right that is made of who is well, such as the servers of a load balancer that"
          + " speaks no xDS, until TERM or INT.",
      "",
      "TEMPLATE is Mustache: {{#services.orders}} {{#instances}} {{name}} {{address}} {{weight}}"
          + " {{/instances}} {{/services.orders}}. See docs/LOAD-BALANCERS.md, and"
          + " deploy/*.mustache for nginx and HAProxy. HUP reads it anew.",
      "",
      "The file is replaced as a whole, and only where it changes. Where Pulsewatch is gone or"
          + " starts, it stays as it is.",
      "",
      "Begin with:",
      "  pulsewatch render haproxy-backends.cfg.mustache orders -o /etc/haproxy/backends.cfg \\",
      "    --check 'haproxy -c -f /etc/haproxy/haproxy.cfg -f \"$1\"' \\",
      "    --exec 'haproxy-reload.sh /run/haproxy.pid'"
    })
final class RenderCommand implements Callable<Integer> {
  private static final Duration BOOKMARKS = Duration.ofSeconds(1);
  private static final Duration BOOKMARKS_ONCE = Duration.ofMillis(100);
  private static final Duration LONGEST_WINDOW = Duration.ofMinutes(10);
  private static final Duration SHORTEST_LIMIT = Duration.ofMillis(100);
  private static final Duration LONGEST_LIMIT = Duration.ofHours(1);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Another one that writes the file once is soon done. */
  private static final long TAKEN_WAIT_MILLIS = 10_000;

  private static final long TAKEN_LOOK_MILLIS = 100;

  private final Surroundings surroundings;
  private final Semaphore wake = new Semaphore(0);

  /** Nobody waits for a watcher without a name. */
  private LongConsumer acknowledge = revision -> {};

  @Parameters(index = "0", paramLabel = "TEMPLATE", description = "A file.")
  private Path template = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "SERVICE",
      description = "Names, or globs with * and ?. Without any: all services.")
  private List<String> services = new ArrayList<>();

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "SELECTOR",
      description = "By labels, as in Kubernetes: 'env=prod,tier in (a, b),!canary'.")
  private String selector = "";

  @Option(
      names = {"-o", "--file"},
      paramLabel = "FILE",
      description = "Write it there. Without this it is printed.")
  private @Nullable Path file;

  @Option(
      names = "--check",
      paramLabel = "COMMAND",
      description =
          "For the shell, before the file is replaced: $1 is the candidate, beside it. Where it"
              + " fails, the file stays as it is.")
  private @Nullable String check;

  @Option(
      names = "--exec",
      paramLabel = "COMMAND",
      description =
          "For the shell, after the file was replaced: reloads who reads it. $1 is the file. Never"
              + " two at a time. One that fails is told, and tried again after 1 s, 2 s, up to 1"
              + " min.")
  private @Nullable String exec;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      defaultValue = "100ms",
      description =
          "The first change goes at once; what follows so soon goes together (default:"
              + " ${DEFAULT-VALUE}).")
  private Duration window = Duration.ZERO;

  @Option(
      names = "--command-limit",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description =
          "How long --check and --exec may take before they are ended (default: ${DEFAULT-VALUE}).")
  private Duration limit = Duration.ZERO;

  @Option(
      names = "--endpoint",
      paramLabel = "NAME",
      description =
          "Of each instance the endpoint of this name; who has none is left out. Without this the"
              + " one named grpc, else the first.")
  private String endpoint = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Names this watcher: whoever leaves may wait until the file and --exec are done (beat"
              + " --drain --wait-for NAME).")
  private @Nullable String name;

  @Option(names = "--once", description = "Write it, run --exec if it changed, and exit.")
  private boolean once;

  @Mixin private final ServerOption server;

  RenderCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
  }

  @Override
  public Integer call() throws InterruptedException {
    refuseNonsense();
    String[] addresses = server.addresses();
    PoolTemplate read = template();
    List<String> plain = services.stream().filter(each -> !each.matches(".*[*?].*")).toList();
    LiveView view = new LiveView(endpoint, plain, surroundings.nanoTicker(), wake::release);
    RenderWatch watch =
        new RenderWatch(
            surroundings, view, server.names(), wake::release, once ? addresses.length : 0);
    try (Renderer renderer = renderer(read, view);
        PulsewatchWatcher watcher = start(addresses, watch)) {
      if (name != null) {
        acknowledge = watcher::acknowledge;
      }
      return run(renderer, watch);
    } catch (IOException e) {
      throw new CommandException(
          ExitCodes.REFUSED, "cannot write to " + file + ": " + e.getMessage());
    }
  }

  private int run(Renderer renderer, RenderWatch watch) throws InterruptedException {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean anew = new AtomicBoolean();
    List.of("TERM", "INT").forEach(each -> onSignal(each, ended));
    if (!once) {
      onSignal("HUP", anew);
    }
    while (!ended.get()) {
      if (anew.getAndSet(false)) {
        readAnew(renderer);
      }
      long wait = renderer.turn();
      watch.refuseFailure();
      if (once && renderer.outcome() != Renderer.Outcome.NOTHING_YET) {
        return renderer.outcome() == Renderer.Outcome.DONE ? ExitCodes.DONE : ExitCodes.REFUSED;
      }
      if (wake.tryAcquire(Math.min(wait, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS)) {
        wake.drainPermits();
      }
    }
    return once ? ExitCodes.REFUSED : ExitCodes.DONE;
  }

  private void onSignal(String signal, AtomicBoolean told) {
    Signals.on(
        signal,
        ignored -> {
          told.set(true);
          wake.release();
        });
  }

  private void readAnew(Renderer renderer) {
    try {
      renderer.onTemplate(template());
      surroundings.say(template + " was read anew");
    } catch (CommandException e) {
      surroundings.say(e.line() + "; going on with the one before");
    }
  }

  private void refuseNonsense() {
    SelectionOptions.checked(services);
    if (file == null && (exec != null || check != null)) {
      throw CommandException.usage("--exec and --check need -o FILE: what they are about");
    }
    if (window.compareTo(LONGEST_WINDOW) > 0) {
      throw CommandException.usage(
          "--window: " + Spans.exact(window) + " (expected: at most 10 m)");
    }
    if (limit.compareTo(SHORTEST_LIMIT) < 0 || limit.compareTo(LONGEST_LIMIT) > 0) {
      throw CommandException.usage(
          "--command-limit: " + Spans.exact(limit) + " (expected: 100 ms to 1 h)");
    }
  }

  private PoolTemplate template() {
    try (InputStream bytes = Files.newInputStream(template)) {
      byte[] read = bytes.readNBytes(RenderLimits.MAX_TEMPLATE_BYTES + 1);
      if (read.length > RenderLimits.MAX_TEMPLATE_BYTES) {
        throw CommandException.usage(
            template + ": too long for a template (expected: at most 1 MiB)");
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(read)).toString();
      return PoolTemplate.of(template.toString(), text);
    } catch (NoSuchFileException e) {
      throw CommandException.usage(template + ": no such file");
    } catch (CharacterCodingException e) {
      throw CommandException.usage(template + ": this is not UTF-8");
    } catch (IOException e) {
      throw CommandException.usage(template + " cannot be read: " + e.getMessage());
    } catch (TemplateException e) {
      throw CommandException.usage(e.line());
    }
  }

  private Renderer renderer(PoolTemplate read, LiveView view)
      throws IOException, InterruptedException {
    for (long waited = 0; ; waited += TAKEN_LOOK_MILLIS) {
      try {
        return new Renderer(
            new Renderer.Setup(file, check, exec, window),
            read,
            view,
            new ShellCommands(limit, surroundings.nanoTicker()),
            new Told(),
            surroundings.nanoTicker(),
            revision -> acknowledge.accept(revision));
      } catch (FileTakenException e) {
        if (!once || waited >= TAKEN_WAIT_MILLIS) {
          throw e;
        }
      }
      Thread.sleep(TAKEN_LOOK_MILLIS);
    }
  }

  private PulsewatchWatcher start(String[] addresses, RenderWatch watch) {
    try {
      WatcherBuilder builder =
          PulsewatchWatcher.builder()
              .server(addresses)
              .service(services.toArray(String[]::new))
              .labelSelector(selector)
              .bookmarkInterval(once ? BOOKMARKS_ONCE : BOOKMARKS)
              .listener(watch);
      if (name != null) {
        builder.name(name);
      }
      server.access().apply(builder::channelFactory, builder::tls, builder::token);
      return builder.start();
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /** To the terminal. Confined to the main thread. */
  private final class Told implements Renderer.Report {
    @Override
    public void say(String line) {
      surroundings.say(line);
    }

    @Override
    public void quote(List<String> lines) {
      lines.forEach(each -> surroundings.err().println("    | " + Text.clean(each)));
    }

    @Override
    public void print(String text) {
      surroundings.out().print(text);
      surroundings.out().flush();
    }
  }
}
