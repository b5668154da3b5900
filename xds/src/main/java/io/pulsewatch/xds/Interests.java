package io.pulsewatch.xds;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Which streams asked for what, so that a change costs only those it concerns. Confined. */
final class Interests {
  private final Map<ResourceType, Map<String, Set<AdsStream>>> named =
      new EnumMap<>(ResourceType.class);
  private final Map<ResourceType, Set<AdsStream>> all = new EnumMap<>(ResourceType.class);

  Interests() {
    for (ResourceType type : ResourceType.values()) {
      named.put(type, new HashMap<>());
      all.put(type, new LinkedHashSet<>());
    }
  }

  void join(ResourceType type, String name, AdsStream stream) {
    byName(type).computeIfAbsent(name, each -> new LinkedHashSet<>()).add(stream);
  }

  void leave(ResourceType type, String name, AdsStream stream) {
    byName(type)
        .computeIfPresent(
            name, (each, streams) -> streams.remove(stream) && streams.isEmpty() ? null : streams);
  }

  void joinAll(ResourceType type, AdsStream stream) {
    ofAll(type).add(stream);
  }

  void leaveAll(ResourceType type, AdsStream stream) {
    ofAll(type).remove(stream);
  }

  /** Those who named it. */
  void each(ResourceType type, String name, Consumer<AdsStream> told) {
    List.copyOf(byName(type).getOrDefault(name, Set.of())).forEach(told);
  }

  /** Those who want whatever there is. */
  void eachOfAll(ResourceType type, Consumer<AdsStream> told) {
    List.copyOf(ofAll(type)).forEach(told);
  }

  private Map<String, Set<AdsStream>> byName(ResourceType type) {
    return named.getOrDefault(type, Map.of());
  }

  private Set<AdsStream> ofAll(ResourceType type) {
    return all.getOrDefault(type, Set.of());
  }
}
