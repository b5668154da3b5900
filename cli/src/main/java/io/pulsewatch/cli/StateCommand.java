package io.pulsewatch.cli;

import io.pulsewatch.v1.Drain;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pulsewatch state}. */
@Command(name = "state", description = "Print how the server itself is, and what its limits are.")
final class StateCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  StateCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    return server.ask(
        client -> {
          output.print(
              client.getServerState(GetServerStateRequest.getDefaultInstance()),
              this::printForPeople);
          return ExitCodes.DONE;
        });
  }

  private void printForPeople(GetServerStateResponse state) {
    Clock clock = surroundings.clock();
    Card card = new Card(surroundings);
    card.line("server", state.getServerId());
    card.line("version", state.getVersion());
    if (state.hasStartedAt()) {
      Duration age = Duration.between(Spans.of(state.getStartedAt()), clock.instant());
      card.line(
          "started",
          Words.day(Spans.of(state.getStartedAt()), clock) + " (" + Spans.age(age) + " ago)");
    }
    card.line("detector mode", Words.bare(state.getDetectorMode(), "DETECTOR_MODE_"));
    card.line("warming up", state.getWarmingUp() ? "yes" : "no");
    card.line("instances", Long.toUnsignedString(state.getInstances()));
    card.line("streams", Long.toUnsignedString(state.getStreams()));
    card.line("registering", Long.toUnsignedString(state.getRegistering()));
    card.line("watchers", Long.toUnsignedString(state.getWatchers()));
    card.line(
        "own pauses",
        Long.toUnsignedString(state.getPauses())
            + (state.hasPaused()
                ? ", together " + Spans.measured(Spans.of(state.getPaused()))
                : ""));
    if (state.getStretch() > 0) {
      card.line("stretch", String.format(Locale.ROOT, "%.2f", state.getStretch()));
    }
    if (state.hasDrain()) {
      Drain drain = state.getDrain();
      String left = drain.getStreams() + " streams and " + drain.getWatchers() + " watches left";
      card.line("draining", drain.getDone() ? "done: nobody is left" : left);
    }
    card.line("lineage", state.getLineage());
    new TreeMap<>(state.getLimitsMap())
        .forEach((name, limit) -> card.line("limit " + name, Long.toString(limit)));
    card.print();
  }
}
