package io.pulsewatch.cli;

import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch hooks replay}. */
@Command(
    name = "replay",
    description = {
      "Let a hook send its dead letters again; each stays one until it is delivered.",
      "Or set it back, so that it tells all changes since a revision: receivers get them twice."
    })
final class HooksReplayCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "The hook.")
  private String name = "";

  @Option(
      names = "--since",
      paramLabel = "REVISION",
      description = "All changes after this revision; 0: all that are kept.")
  private @Nullable Long since;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  HooksReplayCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    ReplayHookRequest.Builder request = ReplayHookRequest.newBuilder().setName(name);
    if (since != null) {
      request.setSinceRevision(since);
    }
    return server.ask(
        client -> {
          output.print(client.replayHook(request.build()), this::printForPeople);
          return ExitCodes.DONE;
        });
  }

  private void printForPeople(ReplayHookResponse answer) {
    String what =
        since == null
            ? answer.getDeadLetters() + " dead letters are sent again"
            : "tells again what came after revision " + Long.toUnsignedString(answer.getCursor());
    surroundings.out().println(name + ": " + what);
  }
}
