package io.pulsewatch.cli.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All keys that may be said. Immutable. */
public final class Keys {
  /** How the variables of all keys begin. */
  public static final String PREFIX = "PULSEWATCH_SERVE_";

  private final Map<String, Key> all = new LinkedHashMap<>();
  private final Map<String, Key> byVariable = new TreeMap<>();
  private final List<Set<String>> exclusive;
  private final Map<String, Map<String, Key>> blocks;

  /** Makes the set, without lists of alike. */
  public Keys(Collection<Key> keys, Collection<Set<String>> exclusive) {
    this(keys, exclusive, Map.of());
  }

  /**
   * Makes the set.
   *
   * @param exclusive keys of which at most one may hold
   * @param blocks names of lists of alike, which only a file can say, and what one of each may say
   */
  public Keys(
      Collection<Key> keys,
      Collection<Set<String>> exclusive,
      Map<String, Collection<Key>> blocks) {
    this.exclusive = List.copyOf(exclusive);
    this.blocks = new LinkedHashMap<>();
    blocks.forEach(
        (name, inside) -> {
          Map<String, Key> byName = new LinkedHashMap<>();
          inside.forEach(key -> byName.put(key.name(), key));
          this.blocks.put(name, byName);
        });
    for (Key key : keys) {
      all.put(key.name(), key);
      Key other = byVariable.put(variable(key.name()), key);
      if (other != null) {
        throw new IllegalArgumentException(key + " and " + other + " have one variable");
      }
    }
  }

  /** The variable that says the key. */
  public static String variable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  /** All of them, in their order. */
  public Collection<Key> all() {
    return List.copyOf(all.values());
  }

  List<Set<String>> exclusive() {
    return exclusive;
  }

  /** What one in a list of alike may say, by name; null: there is no such list. */
  @Nullable Map<String, Key> block(String name) {
    return blocks.get(name);
  }

  @Nullable Key find(String name) {
    return all.get(name);
  }

  @Nullable Key byVariable(String variable) {
    return byVariable.get(variable);
  }

  Set<String> variables() {
    return byVariable.keySet();
  }

  /** Whether keys stand below this one. */
  boolean isSection(String name) {
    return all.keySet().stream().anyMatch(each -> each.startsWith(name + "."));
  }

  /** The keys that a file may say, those of a section also by their last name. */
  Map<String, String> spellings() {
    Map<String, String> spellings = new TreeMap<>();
    for (Key key : all.values()) {
      if (key.inFile()) {
        int dot = key.name().lastIndexOf('.');
        if (dot > 0) {
          String section = key.name().substring(0, dot);
          spellings.put(key.name().substring(dot + 1), key.name());
          spellings.put(section, section);
        }
        spellings.put(key.name(), key.name());
      }
    }
    blocks.keySet().forEach(name -> spellings.put(name, name));
    return spellings;
  }
}
