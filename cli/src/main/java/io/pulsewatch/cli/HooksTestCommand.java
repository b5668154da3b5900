package io.pulsewatch.cli;

import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch hooks test}. */
@Command(
    name = "test",
    description = {
      "Send a sample through a hook, once, and print what came back.",
      "The sample says that it is one: its type is io.pulsewatch.test; a command finds"
          + " PULSEWATCH_TEST=1.",
      "Exit code 1 if it was not delivered."
    })
final class HooksTestCommand implements Callable<Integer> {
  /** Longer than the longest attempt. */
  private static final Duration WITHIN = Duration.ofMinutes(6);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "The hook.")
  private String name = "";

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  HooksTestCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    return server.ask(
        WITHIN,
        client -> {
          TestHookResponse came =
              client.testHook(TestHookRequest.newBuilder().setName(name).build());
          output.print(came, this::printForPeople);
          return came.getDelivered() ? ExitCodes.DONE : ExitCodes.NEGATIVE;
        });
  }

  private void printForPeople(TestHookResponse came) {
    surroundings
        .out()
        .println(
            Text.clean(
                name
                    + ": "
                    + (came.getDelivered() ? "delivered" : "not delivered")
                    + " after "
                    + Spans.measured(Spans.of(came.getTook()))
                    + ", "
                    + came.getOutcome()));
  }
}
