package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.client.SenderBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch beat}. */
@Command(
    name = "beat",
    customSynopsis =
        "pulsewatch beat --service=S --id=I [--interval=D] [--timeout=D] [OPTION...] [-- COMMAND...]",
    description = {
      "Send heartbeats: for as long as a command lives, or until a signal comes.",
      "",
      "With a COMMAND: starts it at once, server or not, with this terminal's streams; hands it"
          + " TERM, INT, HUP, USR1 and USR2; leaves when it ends, with its end as the reason; exits"
          + " with its code, or 128 + its signal. With --drain TERM and INT wait until those who send"
          + " it work know. If beat itself is killed the command is killed"
          + " too, where there is setpriv --pdeathsig (util-linux).",
      "",
      "With --role: starts it when the role is granted, with PULSEWATCH_ROLE and the fencing token"
          + " in PULSEWATCH_ROLE_TOKEN; stops it when the role is lost (TERM, and KILL when"
          + " --stop-within is over), and starts it again with the next grant. Until then, and"
          + " between, TERM, INT and HUP end beat."
    })
final class BeatCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--service", required = true, paramLabel = "S", description = "What is named.")
  private String service = "";

  @Option(names = "--id", required = true, paramLabel = "I", description = "One process of it.")
  private String id = "";

  @Option(
      names = "--interval",
      paramLabel = "D",
      description = "Gap between heartbeats, 100ms to 1h (default: 2s).")
  private @Nullable Duration interval;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      description = "Silence until DEAD, 1.5 x interval to 24h (default: 3 x interval).")
  private @Nullable Duration timeout;

  @Option(
      names = "--resume-window",
      paramLabel = "D",
      description =
          "Time to come back after a lost stream, 1.5 x interval to timeout, or 0s: dead at once.")
  private @Nullable Duration resumeWindow;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label; may be said again, to 64 times.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--endpoint",
      paramLabel = "[NAME=]HOST:PORT",
      description = "Where it can be reached; may be said again, to 16 times.")
  private List<String> endpoints = new ArrayList<>();

  @Option(names = "--zone", paramLabel = "ZONE", description = "Where it runs.")
  private @Nullable String zone;

  @Option(
      names = "--weight",
      paramLabel = "N",
      description = "Share of the load that it wants, 0 to 10000.")
  private @Nullable Integer weight;

  @Option(
      names = "--instance-version",
      paramLabel = "TEXT",
      description = "The version of what runs.")
  private @Nullable String version;

  @Option(
      names = "--take-over",
      description = "Take the name from a live holder; without this, wait until that one is gone.")
  private boolean takeOver;

  @Option(
      names = "--drain",
      paramLabel = "D",
      description =
          "On TERM or INT report DRAINING first (without a COMMAND on HUP, too; with one not on the"
              + " INT of a Ctrl-C, which the command has already), and go on for so long, 0s to 5m; a"
              + " second such signal ends that.")
  private Duration drain = Duration.ZERO;

  @Option(
      names = "--wait-for",
      paramLabel = "NAME",
      description =
          "End the drain when this watcher has acknowledged it; may be said again, to 16 times.")
  private List<String> waitFor = new ArrayList<>();

  @Option(
      names = "--role",
      paramLabel = "R",
      description = "Run the command only while this instance holds the role.")
  private @Nullable String role;

  @Option(
      names = "--stop-within",
      paramLabel = "D",
      description =
          "What the command needs to stop; the role is lost by so much sooner"
              + " (default: 250ms, or a quarter of timeout or resume window).")
  private @Nullable Duration stopWithin;

  @Mixin private final ServerOption server;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments; options of beat come before it.")
  private List<String> command = new ArrayList<>();

  BeatCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
  }

  @Override
  public Integer call() throws InterruptedException {
    if (role != null) {
      return stand(role);
    }
    if (stopWithin != null) {
      throw CommandException.usage("--stop-within is for a command with --role");
    }
    BeatDrain leaving = new BeatDrain(drain, waitFor);
    BeatReport report = new BeatReport(surroundings, server.names(), !command.isEmpty());
    SenderBuilder builder = describe().listener(report);
    return command.isEmpty() ? beat(builder, report, leaving) : wrap(builder, leaving);
  }

  /** Without its role the command does not run, so a sender that ended ends beat. */
  private int stand(String role) throws InterruptedException {
    if (command.isEmpty()) {
      throw CommandException.usage("--role needs a command to run while it is held");
    }
    if (!drain.isZero() || !waitFor.isEmpty()) {
      throw CommandException.usage(
          "--drain and --wait-for are not for --role: the role passes on when the command has stopped");
    }
    RoleCommand standing = new RoleCommand(surroundings, command, role, stopWithin);
    BeatReport report = new BeatReport(surroundings, server.names(), false);
    return standing.run(describe().listener(report), report);
  }

  private int wrap(SenderBuilder builder, BeatDrain leaving) throws InterruptedException {
    WrappedCommand wrapped =
        new WrappedCommand(command, surroundings.environment().getOrDefault("PATH", ""));
    wrapped.start();
    try (PulsewatchSender sender = builder.start()) {
      if (!leaving.isNone()) {
        wrapped.beforeItsEnd(() -> leaving.begin(sender, surroundings));
      }
      int exitCode = wrapped.await();
      sender.leave(WrappedCommand.endInWords(exitCode));
      return exitCode;
    }
  }

  /** Without a command a signal is the way to end it, and no failure. */
  private int beat(SenderBuilder builder, BeatReport report, BeatDrain leaving) {
    CompletableFuture<Void> second = new CompletableFuture<>();
    for (String each : List.of("TERM", "INT", "HUP")) {
      Signals.on(
          each,
          name -> {
            if (!report.end().complete("signal " + name)) {
              second.complete(null);
            }
          });
    }
    try (PulsewatchSender sender = builder.start()) {
      String reason = report.end().join();
      if (!leaving.isNone()) {
        CompletableFuture.anyOf(leaving.begin(sender, surroundings), second).join();
      }
      sender.leave(reason);
      return ExitCodes.DONE;
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private SenderBuilder describe() {
    try {
      SenderBuilder builder =
          PulsewatchSender.builder(service, id).server(server.addresses()).labels(labels);
      endpoints.forEach(each -> addEndpoint(builder, each));
      addTimes(builder, new BeatTimes(interval, timeout, resumeWindow));
      if (zone != null) {
        builder.zone(zone);
      }
      if (weight != null) {
        builder.weight(weight);
      }
      if (version != null) {
        builder.version(version);
      }
      if (takeOver) {
        builder.takeOverOnConflict();
      }
      server.access().apply(builder::channelFactory, builder::tls, builder::token);
      return builder;
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private static void addTimes(SenderBuilder builder, BeatTimes times) {
    if (times.interval() != null) {
      builder.interval(times.interval());
    }
    if (times.timeout() != null) {
      builder.timeout(times.timeout());
    }
    if (times.resumeWindow() != null) {
      builder.resumeWindow(times.resumeWindow());
    }
  }

  private static void addEndpoint(SenderBuilder builder, String text) {
    int equals = text.indexOf('=');
    HostPort address = HostPort.parse("--endpoint", text.substring(equals + 1));
    builder.endpoint(equals < 0 ? "" : text.substring(0, equals), address.host(), address.port());
  }
}
