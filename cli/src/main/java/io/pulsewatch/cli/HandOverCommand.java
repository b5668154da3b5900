package io.pulsewatch.cli;

import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.RoleSummary;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch roles hand-over}. */
@Command(
    name = "hand-over",
    description = {
      "Take a role from its holder, for another one.",
      "The holder is asked to stop. The next one is granted the role when it has, or when its timeout"
          + " is over."
    })
final class HandOverCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "ROLE", description = "The role.")
  private String role = "";

  @Option(
      names = "--to",
      paramLabel = "SERVICE/ID",
      description = "To this instance; without it, to whoever is next.")
  private @Nullable String to;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For people.")
  private String reason = "";

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  HandOverCommand(Surroundings surroundings, RolesCommand roles) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, roles.server());
    this.output = new OutputOption(surroundings, roles.output());
  }

  @Override
  public Integer call() {
    HandOverRoleRequest.Builder request =
        HandOverRoleRequest.newBuilder().setRole(role).setReason(reason);
    if (to != null) {
      InstanceArgument.Name name = InstanceArgument.Name.parse(to);
      request.setTo(InstanceName.newBuilder().setService(name.service()).setInstanceId(name.id()));
    }
    return server.ask(
        client -> {
          output.print(
              client.handOverRole(request.build()).getRole(),
              after -> surroundings.out().println(Text.clean(words(after))));
          return ExitCodes.DONE;
        });
  }

  private String words(RoleSummary after) {
    String holder = RolesCommand.holderOf(after, surroundings.clock().instant());
    String next = after.hasSuccessor() ? ", for " + RolesCommand.nameOf(after.getSuccessor()) : "";
    return after.getName() + ": " + holder + (after.hasHolder() ? " holds it" : next);
  }
}
