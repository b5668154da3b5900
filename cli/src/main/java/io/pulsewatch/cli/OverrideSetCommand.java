package io.pulsewatch.cli;

import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.SetOverrideRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch override set}. */
@Command(
    name = "set",
    description = {
      "Set what an instance is; it takes the place of an earlier override.",
      "maintenance and not-serving: it does not serve. serving: it serves whatever it reports, but"
          + " only while it is alive."
    })
final class OverrideSetCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "SERVICE/ID", description = "The instance.")
  private String instance = "";

  @Parameters(index = "1", paramLabel = "KIND", description = "One of ${COMPLETION-CANDIDATES}.")
  private Kind kind = Kind.MAINTENANCE;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after this long, 1s to 365d. Without it: until it is cleared.")
  private @Nullable Duration expiresIn;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For people.")
  private String reason = "";

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  OverrideSetCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  /** An override as it is typed. */
  enum Kind {
    MAINTENANCE(OverrideKind.OVERRIDE_KIND_MAINTENANCE),
    SERVING(OverrideKind.OVERRIDE_KIND_SERVING),
    NOT_SERVING(OverrideKind.OVERRIDE_KIND_NOT_SERVING);

    private final OverrideKind kind;

    Kind(OverrideKind kind) {
      this.kind = kind;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Override
  public Integer call() {
    InstanceArgument.Name name = InstanceArgument.Name.parse(instance);
    SetOverrideRequest.Builder request =
        SetOverrideRequest.newBuilder()
            .setService(name.service())
            .setInstanceId(name.id())
            .setOverride(kind.kind)
            .setReason(reason);
    if (expiresIn != null) {
      request.setExpiresIn(Spans.toProto(expiresIn));
    }
    return server.ask(
        client -> {
          output.print(
              client.setOverride(request.build()).getInstance(),
              after ->
                  surroundings
                      .out()
                      .println(
                          name + ": " + Text.clean(Words.overrideOf(after, surroundings.clock()))));
          return ExitCodes.DONE;
        });
  }
}
