package io.pulsewatch.cli;

import io.pulsewatch.client.ClientBuilder;
import io.pulsewatch.client.PulsewatchClient;
import io.pulsewatch.client.PulsewatchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Where the servers are: {@code --server} after the subcommand, or before it, or the environment,
 * or the default. Confined to the main thread.
 */
final class ServerOption {
  static final String NAME = "--server";
  static final String VARIABLE = "PULSEWATCH_SERVER";
  static final String DEFAULT = "127.0.0.1:5780";

  /** Long enough for a server that starts or resumes thousands, short enough to wait for. */
  private static final Duration CALL_DEADLINE = Duration.ofSeconds(5);

  private final Surroundings surroundings;
  private final @Nullable ServerOption outer;

  @Option(
      names = NAME,
      paramLabel = "HOST:PORT[,...]",
      description =
          "Server, or several: the first that answers is used. Without this, what"
              + " $PULSEWATCH_SERVER says, or 127.0.0.1:5780.")
  private @Nullable String text;

  @Mixin private final AccessOptions access;

  ServerOption(Surroundings surroundings, @Nullable ServerOption outer) {
    this.surroundings = surroundings;
    this.outer = outer;
    this.access = new AccessOptions(surroundings, outer == null ? null : outer.access);
  }

  /** Asks the first server that answers. */
  int ask(Function<PulsewatchClient, Integer> question) {
    return ask(CALL_DEADLINE, question);
  }

  /** The same, where the answer may take longer. */
  int ask(Duration within, Function<PulsewatchClient, Integer> question) {
    ClientBuilder builder = PulsewatchClient.builder().server(addresses()).callDeadline(within);
    access.apply(builder::channelFactory, builder::tls, builder::token);
    try (PulsewatchClient client = builder.build()) {
      return question.apply(client);
    } catch (PulsewatchException failure) {
      throw Failures.of(failure, names());
    }
  }

  /** How they are known, and who asks. */
  AccessOptions access() {
    return access;
  }

  /** The servers, each checked. */
  String[] addresses() {
    String origin = said() != null ? NAME : VARIABLE;
    List<String> addresses = new ArrayList<>();
    for (String each : names().split(",", -1)) {
      HostPort address = HostPort.parse(origin, each.strip());
      if (address.port() == 0) {
        throw CommandException.usage(origin + ": port 0 (expected: 1..65535)");
      }
      addresses.add(address.toString());
    }
    return addresses.toArray(String[]::new);
  }

  /** The servers as the user wrote them. */
  String names() {
    String said = said();
    if (said != null) {
      return said;
    }
    String variable = surroundings.environment().get(VARIABLE);
    return variable == null || variable.isBlank() ? DEFAULT : variable.strip();
  }

  private @Nullable String said() {
    if (text != null) {
      return text;
    }
    return outer == null ? null : outer.said();
  }
}
