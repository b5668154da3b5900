package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.Map;

/**
 * What an instance declares about itself when it registers. Immutable; all parts may be empty.
 *
 * @param roles names of those that it stands for
 */
public record Details(
    List<Endpoint> endpoints,
    Map<String, String> labels,
    String zone,
    int weight,
    String version,
    List<String> roles) {
  public static final Details NONE = new Details(List.of(), Map.of(), "", 0, "");

  public Details {
    endpoints = List.copyOf(endpoints);
    labels = Map.copyOf(labels);
    roles = List.copyOf(roles);
  }

  /** Of one that stands for no role. */
  public Details(
      List<Endpoint> endpoints,
      Map<String, String> labels,
      String zone,
      int weight,
      String version) {
    this(endpoints, labels, zone, weight, version, List.of());
  }

  /** The same, but that it does not stand for that role. */
  Details withoutRole(String role) {
    return standingFor(roles.stream().filter(name -> !name.equals(role)).toList());
  }

  /** The same, but that it stands for these roles. */
  Details standingFor(List<String> names) {
    return new Details(endpoints, labels, zone, weight, version, names);
  }

  /** Where an instance can be reached. */
  public record Endpoint(String name, String host, int port) {}
}
