package io.pulsewatch.cli;

import io.pulsewatch.v1.State;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which instances: services, labels, states. Confined to the main thread. */
final class SelectionOptions {
  private static final Pattern GLOB = Pattern.compile("[A-Za-z0-9._*?-]{1,253}");

  @Parameters(
      arity = "0..*",
      paramLabel = "SERVICE",
      description = "Names, or globs with * and ?. Without any: all services.")
  private List<String> services = new ArrayList<>();

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "SELECTOR",
      description = "By labels, as in Kubernetes: 'env=prod,tier in (a, b),!canary'.")
  private String selector = "";

  @Option(
      names = "--state",
      split = ",",
      paramLabel = "STATE",
      description = "Only these: ${COMPLETION-CANDIDATES}.")
  private List<StateName> states = new ArrayList<>();

  List<String> services() {
    return checked(services);
  }

  /** Returns the names or globs, each of which is one. */
  static List<String> checked(List<String> services) {
    for (String each : services) {
      if (!GLOB.matcher(each).matches()) {
        throw CommandException.usage(
            "service '" + each + "' (expected: 1..253 of A-Z a-z 0-9 . _ - and the globs * ?)");
      }
    }
    return services;
  }

  String selector() {
    return selector;
  }

  List<State> states() {
    return states.stream().map(StateName::state).distinct().toList();
  }
}
