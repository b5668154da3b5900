package io.pulsewatch.cli.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of several alike in a list of the file, such as a hook. Immutable.
 *
 * @param key the list's name
 * @param values what it says, by name
 * @param origin where it begins
 */
public record Block(String key, Map<String, Value> values, Origin origin) {
  public Block {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * What stands behind one name.
   *
   * @param texts one, or those of a list
   */
  public record Value(List<String> texts, Origin origin) {
    public Value {
      texts = List.copyOf(texts);
    }

    /** The first, where there is one alone. */
    public String text() {
      return texts.get(0);
    }
  }

  /** What stands behind the name; null: it is not said. */
  public @Nullable Value find(String name) {
    return values.get(name);
  }
}
