package io.pulsewatch.cli;

import io.pulsewatch.client.PulsewatchClient;
import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.v1.Drain;
import io.pulsewatch.v1.DrainServerRequest;
import io.pulsewatch.v1.DrainServerResponse;
import io.pulsewatch.v1.GetServerStateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pulsewatch drain}. */
@Command(
    name = "drain",
    description = {
      "Ask everybody to leave a server, one after the other, and wait until they have.",
      "It takes nobody new and is not serving until it is stopped or the drain is cancelled. Nobody"
          + " is declared dead for it."
    })
final class DrainCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Surroundings surroundings;

  @Option(
      names = "--reconnect-after",
      paramLabel = "D",
      description = "Everybody stays away for so long, 0s to 10m (default: 0s).")
  private @Nullable Duration reconnectAfter;

  @Option(
      names = "--spread",
      paramLabel = "D",
      description =
          "In which all are told, 0s to 1h (default: 1s for each 5,000 streams, at most 30s).")
  private @Nullable Duration spread;

  @Option(
      names = "--peer",
      paramLabel = "HOST:PORT",
      description = "A server to go to instead; may be said again, to 16 times.")
  private List<String> peers = new ArrayList<>();

  @Option(
      names = "--within",
      paramLabel = "D",
      description = "How long to wait until all have left (default: the spread and 10s).")
  private @Nullable Duration within;

  @Option(
      names = "--no-wait",
      description = "Return at once; pulsewatch state tells how far it is.")
  private boolean noWait;

  @Option(names = "--cancel", description = "Take everybody again.")
  private boolean cancel;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  DrainCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    if (server.addresses().length != 1) {
      throw CommandException.usage("--server: " + server.names() + " (expected: the one to drain)");
    }
    DrainServerRequest request = request();
    return server.ask(client -> drain(client, request));
  }

  private int drain(PulsewatchClient client, DrainServerRequest request) {
    DrainServerResponse response = client.drainServer(request);
    if (cancel) {
      output.print(response, done -> surroundings.out().println("takes everybody again"));
      return ExitCodes.DONE;
    }
    Drain begun = response.getDrain();
    boolean isAlone = noWait || begun.getDone();
    if (isAlone) {
      output.print(begun, drain -> surroundings.out().println(words(drain)));
      return ExitCodes.DONE;
    }
    if (!output.json()) {
      surroundings.say(words(begun));
    }
    Duration patience = within == null ? Spans.of(begun.getSpread()).plus(GRACE) : within;
    return await(client, begun, patience);
  }

  private int await(PulsewatchClient client, Drain begun, Duration patience) {
    long end = surroundings.nanoTicker().getAsLong() + patience.toNanos();
    Drain last = begun;
    try {
      while (!last.getDone() && surroundings.nanoTicker().getAsLong() - end < 0) {
        Thread.sleep(LOOK.toMillis());
        var state = client.getServerState(GetServerStateRequest.getDefaultInstance());
        if (!state.hasDrain()) {
          throw new CommandException(ExitCodes.NEGATIVE, "somebody cancelled the drain");
        }
        last = state.getDrain();
      }
    } catch (PulsewatchException gone) {
      throw Failures.of(gone, server.names());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    output.print(last, drain -> surroundings.out().println(words(drain)));
    return last.getDone() ? ExitCodes.DONE : ExitCodes.NEGATIVE;
  }

  private DrainServerRequest request() {
    DrainServerRequest.Builder request =
        DrainServerRequest.newBuilder().setCancel(cancel).addAllPeers(peers);
    boolean orders = reconnectAfter != null || spread != null || !peers.isEmpty();
    if (cancel && (orders || within != null || noWait)) {
      throw CommandException.usage("--cancel takes nothing else");
    }
    if (within != null && within.isNegative()) {
      throw CommandException.usage("--within: " + Spans.exact(within) + " (expected: 0s or more)");
    }
    if (reconnectAfter != null) {
      request.setReconnectAfter(Spans.toProto(reconnectAfter));
    }
    if (spread != null) {
      request.setSpread(Spans.toProto(spread));
    }
    return request.build();
  }

  private static String words(Drain drain) {
    if (drain.getDone()) {
      return "drained: nobody is left; stop the server, or take the drain back with --cancel";
    }
    return "draining over "
        + Spans.exact(Spans.of(drain.getSpread()))
        + ": "
        + drain.getStreams()
        + " streams and "
        + drain.getWatchers()
        + " watches are left";
  }
}
