package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.RoleCandidate;
import io.pulsewatch.v1.RoleSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch roles}. */
@Command(
    name = "roles",
    description = {
      "Print the roles, with who holds them.",
      "FOR: how long it has been so. CANDIDATES: who is next, in order; in brackets: does not serve"
          + " now, so it is not granted the role."
    })
final class RolesCommand implements Callable<Integer> {
  /** The most that a server gives at once. */
  private static final int PAGE_SIZE = 1000;

  private static final int MOST_CANDIDATES = 3;

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "ROLE",
      description = "Names, or globs with * and ?. Without any: all roles.")
  private List<String> roles = new ArrayList<>();

  @Mixin private final ServerOption server;
  @Mixin private final OutputOption output;

  RolesCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
    this.output = new OutputOption(surroundings, root.output());
  }

  ServerOption server() {
    return server;
  }

  OutputOption output() {
    return output;
  }

  @Override
  public Integer call() {
    ListRolesRequest request =
        ListRolesRequest.newBuilder().addAllRoles(roles).setPageSize(PAGE_SIZE).build();
    return server.ask(
        client -> {
          output.printAll(client.listRoles(request), this::printTable);
          return ExitCodes.DONE;
        });
  }

  private void printTable(List<RoleSummary> summaries) {
    if (summaries.isEmpty()) {
      surroundings.say("no roles");
      return;
    }
    Table table = new Table("ROLE", "HOLDER", "TOKEN", "FOR", "CANDIDATES");
    summaries.forEach(each -> table.row(cells(each)));
    table.print(surroundings.out(), surroundings.colour());
  }

  private List<Cell> cells(RoleSummary role) {
    Instant now = surroundings.clock().instant();
    return List.of(
        Cell.plain(role.getName()),
        new Cell(holderOf(role, now), role.hasHolder() ? Paint.PLAIN : Paint.DIM),
        Cell.plain(role.getToken() == 0 ? "" : Long.toUnsignedString(role.getToken())),
        Cell.plain(
            role.hasSince() ? Spans.age(Duration.between(Spans.of(role.getSince()), now)) : ""),
        Cell.plain(candidatesOf(role)));
  }

  /** Who holds it, or why nobody does. */
  static String holderOf(RoleSummary role, Instant now) {
    if (role.hasHolder()) {
      return nameOf(role.getHolder());
    }
    if (!role.hasFormer()) {
      return "nobody";
    }
    String left =
        role.hasFreeAt()
            ? ", at most " + Spans.age(Duration.between(now, Spans.of(role.getFreeAt())))
            : "";
    return role.getHandingOver()
        ? "nobody: " + nameOf(role.getFormer()) + " is asked to stop" + left
        : "nobody: " + nameOf(role.getFormer()) + " may still act" + left;
  }

  private static String candidatesOf(RoleSummary role) {
    List<String> names = new ArrayList<>();
    for (RoleCandidate each : role.getCandidatesList()) {
      if (names.size() == MOST_CANDIDATES) {
        break;
      }
      String name = nameOf(each.getInstance());
      names.add(each.getEligible() ? name : "(" + name + ")");
    }
    int more = role.getCandidateCount() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }

  static String nameOf(InstanceName instance) {
    return instance.getService() + "/" + instance.getInstanceId();
  }
}
