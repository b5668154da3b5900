package io.pulsewatch.cli;

import io.pulsewatch.server.Hook;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.server.ServerBuilder;
import io.pulsewatch.server.UnusableDataException;
import io.pulsewatch.xds.Xds;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pulsewatch serve}. */
@Command(
    name = "serve",
    description = {
      "Run a server in the foreground, until TERM, INT or HUP.",
      "What it knows outlives it: after a restart everybody goes on where he was."
    })
final class ServeCommand implements Callable<Integer> {
  /** Where the web port is unless it is told otherwise. */
  static final String DEFAULT_WEB = "127.0.0.1:5781";

  private static final String OFF = "off";

  /** How a builder begins to say that it will not listen where others can reach it. */
  private static final String OFF_LOOPBACK = "host:";

  /** The same of its web port, and of all else about that. */
  private static final String WEB = "web ";

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = ServerOption.DEFAULT,
      description = "Where to listen (default: ${DEFAULT-VALUE}); port 0: any free port.")
  private String listen = ServerOption.DEFAULT;

  @Option(
      names = "--web",
      paramLabel = "HOST:PORT|off",
      description = {
        "Where to serve metrics, probes and plain HTTP (default: "
            + DEFAULT_WEB
            + ", or nowhere if that port is taken); port 0: any free port."
      })
  private @Nullable String web;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      description = "How lines of the log look, on standard error (default: ${DEFAULT-VALUE}).")
  private Logging.Format logFormat = Logging.Format.TEXT;

  @ArgGroup private final Keeping keeping = new Keeping();

  /** Where what it knows is kept. */
  static final class Keeping {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = {
          "Keep what it knows in this directory, which belongs to one server at a time",
          "(default: pulsewatch in the user's data home)."
        })
    private @Nullable Path data;

    @Option(
        names = "--memory",
        description = "Keep it in memory only: a restart forgets everybody.")
    private boolean memory;
  }

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = {
        "Encrypt with this certificate, PEM, the server's own first; needs --tls-key.",
        "Looked at each second, like all files here: what is new counts for new connections, and a"
            + " bad one is logged and changes nothing."
      })
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM, without a passphrase.")
  private @Nullable Path key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description =
          "Let in only clients with a certificate from the authorities in this file, PEM. Without"
              + " --token-file they may do all.")
  private @Nullable Path clientAuthorities;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Ask each call for a token of this file; pulsewatch token create makes its lines.")
  private @Nullable Path tokens;

  @Option(
      names = "--insecure",
      description =
          "Listen off loopback without TLS, although others can read and change all of it.")
  private boolean insecure;

  @Option(
      names = "--preservation",
      paramLabel = "on|off",
      description =
          "When far more fall silent at once than chance explains, doubt the network first: DEAD"
              + " by silence waits for up to two intervals (default: on).")
  private Switch preservation = Switch.ON;

  @Option(
      names = "--stretch",
      paramLabel = "on|off",
      description =
          "When the heartbeats that were promised are more than this server can take, make granted"
              + " times up to four times longer, and tell senders (default: on).")
  private Switch stretch = Switch.ON;

  @Option(
      names = "--probes",
      paramLabel = "on|off",
      description =
          "Ask about suspects: themselves over their streams, their declared endpoints, and clients"
              + " that agreed to look at others (default: ${DEFAULT-VALUE}).")
  private Switch probes = Switch.ON;

  @Option(
      names = "--probe-allow",
      paramLabel = "NETWORK",
      split = ",",
      description = {
        "Look at suspects there, too: an address, or a range such as 169.254.0.0/16.",
        "Else never at link-local, multicast and metadata addresses, nor at loopback unless the"
            + " server listens on it."
      })
  private String[] probeAllow = {};

  @Option(
      names = "--xds",
      paramLabel = "on|off",
      description =
          "Serve xDS, so that xds:///SERVICE works in gRPC clients and Envoy has its endpoints"
              + " (default: ${DEFAULT-VALUE}).")
  private Switch xds = Switch.ON;

  private List<Hook> hooks = List.of();

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Takes what no option can say. */
  void withHooks(List<Hook> said) {
    hooks = said;
  }

  /** On or off. */
  enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    HostPort address = HostPort.parse("--listen", listen);
    checkPairs();
    Logging.forServer(logFormat);
    CompletableFuture<Integer> end = new CompletableFuture<>();
    try (PulsewatchServer server = start(address, end)) {
      greeting().sayWhere(new HostPort(address.host(), server.port()));
      greeting().sayWeb(web, server.webPort());
      return awaitEnd(end);
    }
  }

  /** How it ended: by a signal, or because the engine broke. */
  static int awaitEnd(CompletableFuture<Integer> end) {
    try {
      return end.join();
    } catch (CompletionException e) {
      System.getLogger(ServeCommand.class.getName())
          .log(Level.ERROR, "The engine broke; this is a bug, please report it", e.getCause());
      throw new CommandException(ExitCodes.SERVER_BROKE, "the server broke and stopped");
    }
  }

  /** The first signal stops it in good order, the second at once. */
  private void stopOnSignals(CompletableFuture<Integer> end) {
    for (Quit quit : Quit.values()) {
      Signals.on(
          quit.name(),
          name -> {
            if (!end.complete(ExitCodes.DONE)) {
              Runtime.getRuntime().halt(quit.exitCode);
            }
          });
    }
  }

  /** Signals that stop a server, and how a shell tells of them. */
  private enum Quit {
    TERM(143),
    INT(130),
    HUP(129);

    private final int exitCode;

    Quit(int exitCode) {
      this.exitCode = exitCode;
    }
  }

  private PulsewatchServer start(HostPort address, CompletableFuture<Integer> end) {
    ServerBuilder builder =
        PulsewatchServer.builder()
            .listen(address.host(), address.port())
            .limits(LimitOptions.of(spec))
            .onFailure(end::completeExceptionally);
    if (preservation == Switch.OFF) {
      builder.withoutPreservation();
    }
    if (stretch == Switch.OFF) {
      builder.withoutStretching();
    }
    if (insecure) {
      builder.allowPlaintextOffLoopback();
    }
    if (probes == Switch.OFF) {
      builder.withoutProbes();
    }
    if (xds == Switch.ON) {
      builder.withExtension(Xds.extension());
    }
    if (logFormat == Logging.Format.JSON) {
      builder.onStateChange(JsonLines::log);
    }
    hooks.forEach(builder::withHook);
    allowProbes(builder);
    serveWeb(builder);
    protect(builder);
    if (!keeping.memory) {
      builder.data(directory());
    }
    stopOnSignals(end);
    try {
      return builder.start();
    } catch (UnusableDataException unusable) {
      throw new CommandException(
          ExitCodes.REFUSED, unusable.getMessage() + " (--data DIR, or --memory for none)");
    } catch (IllegalArgumentException e) {
      String fault = String.valueOf(e.getMessage());
      if (!fault.startsWith(OFF_LOOPBACK) && !fault.startsWith(WEB + OFF_LOOPBACK)) {
        throw CommandException.usage(fault);
      }
      throw new CommandException(
          ExitCodes.REFUSED,
          "will not listen on "
              + (isAboutWeb(e) ? web : address)
              + ": others can reach it, and nothing is encrypted; give it --tls-cert and --tls-key,"
              + " or listen on 127.0.0.1, or say --insecure if that is meant");
    } catch (IOException e) {
      HostPort at = isAboutWeb(e) && web != null ? HostPort.parse("--web", web) : address;
      String option = isAboutWeb(e) ? "--web" : "--listen";
      throw new CommandException(
          ExitCodes.REFUSED, "cannot listen on " + at + ": " + NoListening.reason(e, at, option));
    }
  }

  private void serveWeb(ServerBuilder builder) {
    String place = web;
    if (OFF.equals(place)) {
      return;
    }
    HostPort at = HostPort.parse("--web", place == null ? DEFAULT_WEB : place);
    if (place == null) {
      builder.webIfFree(at.host(), at.port());
    } else {
      builder.web(at.host(), at.port());
    }
  }

  /** The builder's words begin with what they are about. */
  private static boolean isAboutWeb(Exception refused) {
    return String.valueOf(refused.getMessage()).startsWith(WEB);
  }

  private void checkPairs() {
    if ((certificate == null) != (key == null)) {
      throw CommandException.usage("--tls-cert and --tls-key go together");
    }
    if (clientAuthorities != null && certificate == null) {
      throw CommandException.usage("--tls-client-ca needs --tls-cert and --tls-key");
    }
  }

  private void protect(ServerBuilder builder) {
    if (certificate != null && key != null) {
      builder.tls(certificate, key);
    }
    if (clientAuthorities != null) {
      builder.clientAuthorities(clientAuthorities);
    }
    if (tokens != null) {
      builder.tokenFile(tokens);
    }
  }

  private Path directory() {
    Path chosen = keeping.data;
    if (chosen != null) {
      return chosen;
    }
    Path home = surroundings.dataHome();
    if (home == null) {
      throw new CommandException(
          ExitCodes.USAGE,
          "no place to keep what it knows: neither HOME nor XDG_DATA_HOME is set; say --data DIR,"
              + " or --memory");
    }
    return home.resolve("pulsewatch");
  }

  /** What holds where no option was said and the parser knows no default; empty: nothing. */
  static String usual(String key, CommandSpec spec, Surroundings surroundings) {
    if (key.equals("web")) {
      return DEFAULT_WEB;
    }
    Path home = surroundings.dataHome();
    boolean inMemory = Boolean.TRUE.equals(spec.findOption("--memory").getValue());
    return key.equals("data") && !inMemory && home != null
        ? home.resolve("pulsewatch").toString()
        : "";
  }

  /** Says what {@link #call} would say of options that do not fit; starts nothing. */
  void check() {
    HostPort.parse("--listen", listen);
    checkPairs();
    allowProbes(PulsewatchServer.builder());
  }

  private void allowProbes(ServerBuilder builder) {
    try {
      builder.allowProbesTo(probeAllow);
    } catch (IllegalArgumentException malformed) {
      throw new CommandException(ExitCodes.USAGE, "--probe-allow " + malformed.getMessage());
    }
  }

  private ServeGreeting greeting() {
    return new ServeGreeting(
        surroundings.out(),
        keeping.memory ? "in memory" : "data in " + directory(),
        certificate != null,
        clientAuthorities != null,
        tokens != null);
  }
}
