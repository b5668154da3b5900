package io.pulsewatch.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What holds of a file and of the environment over it, where the command line says nothing.
 * Immutable.
 */
public final class Configuration {
  /** Nothing was said anywhere. */
  public static final Configuration NONE = new Configuration(Map.of(), List.of(), List.of());

  private static final Comparator<Setting> BY_PLACE =
      Comparator.comparingInt((Setting each) -> each.origin().line()).thenComparing(Setting::key);

  private final Map<String, Setting> settings;
  private final List<Block> blocks;
  private final List<Fault> faults;

  private Configuration(Map<String, Setting> settings, List<Block> blocks, List<Fault> faults) {
    this.settings = settings;
    this.blocks = List.copyOf(blocks);
    this.faults = List.copyOf(faults);
  }

  /**
   * Reads both.
   *
   * @param file null: none
   * @param flagged keys that the command line says
   * @param check what is wrong with a value, or null
   */
  public static Configuration read(
      Keys keys,
      @Nullable Path file,
      Map<String, String> environment,
      Set<String> flagged,
      Function<Setting, @Nullable String> check) {
    List<Fault> faults = new ArrayList<>();
    List<Map<String, Setting>> layers = new ArrayList<>();
    Contents below = file == null ? Contents.NOTHING : YamlFile.read(file, keys);
    for (Contents each : List.of(below, Variables.read(environment, keys))) {
      List<Fault> here = new ArrayList<>(each.faults());
      Map<String, Setting> layer = new LinkedHashMap<>();
      for (Setting setting : each.settings()) {
        String fault = check.apply(setting);
        if (fault == null) {
          layer.put(setting.key(), setting);
        } else {
          here.add(new Fault(setting.origin(), setting.key() + ": " + fault));
        }
      }
      here.sort(Comparator.comparingInt(fault -> fault.origin().line()));
      faults.addAll(here);
      layers.add(layer);
    }
    return new Configuration(merged(keys, layers, flagged, faults), below.blocks(), faults);
  }

  /** The stronger layers last; what a stronger one excludes is dropped from the weaker. */
  private static Map<String, Setting> merged(
      Keys keys, List<Map<String, Setting>> layers, Set<String> flagged, List<Fault> faults) {
    Map<String, Setting> merged = new LinkedHashMap<>();
    for (Map<String, Setting> layer : layers) {
      for (Set<String> group : keys.exclusive()) {
        List<Setting> said =
            group.stream()
                .map(layer::get)
                .filter(Objects::nonNull)
                .filter(each -> !each.text().equalsIgnoreCase("false"))
                .sorted(BY_PLACE)
                .toList();
        if (said.size() > 1) {
          faults.add(
              new Fault(
                  said.get(1).origin(),
                  said.get(1).key() + " and " + said.get(0).key() + ": leave one out"));
        }
        if (!said.isEmpty()) {
          merged.keySet().removeAll(group);
        }
      }
      merged.putAll(layer);
    }
    Set<String> overruled = new HashSet<>(flagged);
    for (Set<String> group : keys.exclusive()) {
      if (group.stream().anyMatch(flagged::contains)) {
        overruled.addAll(group);
      }
    }
    merged.keySet().removeAll(overruled);
    return merged;
  }

  /** What holds, where it was said outside the command line; null: nowhere. */
  public @Nullable Setting find(String key) {
    return settings.get(key);
  }

  /** All that holds. */
  public List<Setting> settings() {
    return List.copyOf(settings.values());
  }

  /** What the file says in lists of alike, in its order. */
  public List<Block> blocks() {
    return blocks;
  }

  /** The same, with what else is wrong. */
  public Configuration with(List<Fault> more) {
    List<Fault> all = new ArrayList<>(faults);
    all.addAll(more);
    return new Configuration(settings, blocks, all);
  }

  /** What is wrong; where anything is, nothing holds. */
  public List<Fault> faults() {
    return faults;
  }
}
