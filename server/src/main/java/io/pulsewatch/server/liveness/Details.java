package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.Map;

/** What an instance declares about itself when it registers. Immutable; all parts may be empty. */
public record Details(
    List<Endpoint> endpoints, Map<String, String> labels, String zone, int weight, String version) {
  public static final Details NONE = new Details(List.of(), Map.of(), "", 0, "");

  public Details {
    endpoints = List.copyOf(endpoints);
    labels = Map.copyOf(labels);
  }

  /** Where an instance can be reached. */
  public record Endpoint(String name, String host, int port) {}
}
