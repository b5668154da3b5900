package io.pulsewatch.cli;

import com.google.protobuf.Timestamp;
import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.DeadLetter;
import io.pulsewatch.v1.Hook;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch hooks list}. */
@Command(
    name = "list",
    description = {
      "Print how far each hook has come and what went wrong; for one of them also its dead letters.",
      "LAG is the age of the oldest change that is neither delivered nor a dead letter."
    })
final class HooksListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "One hook. Without: all.")
  private @Nullable String name;

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  HooksListCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  @Override
  public Integer call() {
    ListHooksRequest.Builder request = ListHooksRequest.newBuilder();
    if (name != null) {
      request.setName(name);
    }
    return server.ask(
        client -> {
          ListHooksResponse answer = client.listHooks(request.build());
          if (output.json()) {
            answer.getHooksList().forEach(output::printJson);
          } else if (name != null) {
            answer.getHooksList().forEach(this::printOne);
          } else if (answer.getHooksCount() == 0) {
            surroundings.say("no hooks: they are configured where the server is started");
          } else {
            printAll(answer.getHooksList());
          }
          return ExitCodes.DONE;
        });
  }

  private void printAll(List<Hook> hooks) {
    Table table =
        new Table("HOOK", "TARGET", "LAG", "WAITING", "DELIVERED", "FAILED", "DEAD", "LAST ERROR");
    for (Hook hook : hooks) {
      table.row(
          List.of(
              Cell.plain(hook.getName()),
              Cell.plain(hook.getTarget()),
              Cell.plain(lag(hook)),
              Cell.plain(waiting(hook)),
              Cell.plain(Long.toUnsignedString(hook.getDelivered())),
              Cell.plain(Long.toUnsignedString(hook.getFailedAttempts())),
              Cell.plain(Integer.toString(hook.getDeadLetterCount())),
              Cell.plain(hook.getLastError())));
    }
    table.print(surroundings.out(), surroundings.colour());
  }

  private void printOne(Hook hook) {
    Card card = new Card(surroundings);
    card.line("hook", hook.getName());
    card.line("target", hook.getTarget());
    card.line("cursor", Long.toUnsignedString(hook.getCursor()));
    card.line("lag", lag(hook));
    card.line("waiting", waiting(hook));
    card.line("in flight", Integer.toString(hook.getInFlight()));
    card.line("delivered", Long.toUnsignedString(hook.getDelivered()));
    if (hook.hasLastDeliveredAt()) {
      card.line("last delivered", day(hook.getLastDeliveredAt()));
    }
    card.line("failed attempts", Long.toUnsignedString(hook.getFailedAttempts()));
    if (hook.hasLastErrorAt()) {
      card.line("last error", day(hook.getLastErrorAt()) + "  " + hook.getLastError());
    }
    card.line("gaps", Long.toUnsignedString(hook.getGaps()));
    card.line("dead letters", Integer.toString(hook.getDeadLetterCount()));
    card.print();
    if (hook.getDeadLettersCount() > 0) {
      surroundings.out().println();
      printDead(hook.getDeadLettersList());
    }
  }

  private void printDead(List<DeadLetter> letters) {
    Table table = new Table("REVISION", "WHAT", "INSTANCE", "GIVEN UP", "ATTEMPTS", "ERROR");
    for (DeadLetter letter : letters) {
      table.row(
          List.of(
              Cell.plain(Long.toUnsignedString(letter.getRevision())),
              Cell.plain(letter.getType().replaceFirst("^io\\.pulsewatch\\.", "")),
              Cell.plain(letter.getSubject()),
              Cell.plain(day(letter.getFailedAt())),
              Cell.plain(Integer.toString(letter.getAttempts())),
              Cell.plain(letter.getError())));
    }
    table.print(surroundings.out(), surroundings.colour());
  }

  private static String lag(Hook hook) {
    return Spans.age(Spans.of(hook.getLag()));
  }

  private static String waiting(Hook hook) {
    return Integer.toString(hook.getWaiting());
  }

  private String day(Timestamp at) {
    return Words.day(Spans.of(at), surroundings.clock());
  }
}
