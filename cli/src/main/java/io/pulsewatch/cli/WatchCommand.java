package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.client.WatcherBuilder;
import io.pulsewatch.v1.State;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pulsewatch watch}. */
@Command(
    name = "watch",
    description = {
      "Print all states, and then each change as it happens, with its cause and evidence.",
      "A lost server is told on standard error; the watch comes back by itself and misses nothing.",
      "",
      "CHANGE: from which state to which, or ALIVE: from which status to which. SERVING: after the"
          + " change. EVIDENCE: what the server knew when it decided."
    })
final class WatchCommand implements Callable<Integer> {
  private static final long FIRST_ANSWER_SECONDS = 10;

  private final Surroundings surroundings;
  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Option(
      names = "--every-change",
      description = "Never fold changes when this reader is slow; start over instead, and say so.")
  private boolean everyChange;

  @Option(
      names = "--resume",
      paramLabel = "TOKEN",
      description = "Go on from a resumeToken of an earlier watch (-o json prints them).")
  private @Nullable String resumeToken;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Names this watcher for pulsewatch acknowledge: whoever leaves may wait for that.")
  private @Nullable String name;

  @Option(names = "--once", description = "Print all states and exit.")
  private boolean once;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  WatchCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() throws InterruptedException {
    if (once && resumeToken != null) {
      throw CommandException.usage("--once prints all states and needs no --resume: leave one out");
    }
    String[] addresses = server.addresses();
    WatchPrinter printer =
        new WatchPrinter(surroundings, output, server.names(), addresses.length, once);
    PulsewatchWatcher watcher = start(addresses, printer);
    try (watcher) {
      await(CompletableFuture.anyOf(printer.contact(), printer.end()));
      return printer.end().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void await(CompletableFuture<?> first) throws InterruptedException, ExecutionException {
    try {
      first.get(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw Failures.unreachable(server.names(), "no answer within " + FIRST_ANSWER_SECONDS + " s");
    }
  }

  private PulsewatchWatcher start(String[] addresses, WatchPrinter printer) {
    try {
      WatcherBuilder builder =
          PulsewatchWatcher.builder()
              .server(addresses)
              .service(selection.services().toArray(String[]::new))
              .labelSelector(selection.selector())
              .states(selection.states().toArray(State[]::new))
              .listener(printer);
      if (everyChange) {
        builder.everyChange();
      }
      if (resumeToken != null) {
        builder.resumeToken(resumeToken);
      }
      if (name != null) {
        builder.name(name);
      }
      server.access().apply(builder::channelFactory, builder::tls, builder::token);
      return builder.start();
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
