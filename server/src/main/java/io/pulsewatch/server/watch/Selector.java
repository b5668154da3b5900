package io.pulsewatch.server.watch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which labels are meant, in Kubernetes' words: all requirements must hold. As there, a label that
 * is not set fulfils {@code !=}, {@code notin} and {@code !key}. Immutable.
 */
public final class Selector {
  /** In UTF-8. */
  public static final int MAX_BYTES = 4 * 1024;

  public static final Selector ALL = new Selector(List.of());

  private final List<Requirement> requirements;

  private Selector(List<Requirement> requirements) {
    this.requirements = requirements;
  }

  /**
   * Reads a text such as {@code env=prod,tier in (a, b),!canary}; the empty one selects all.
   *
   * @throws IllegalArgumentException naming the place and what was expected there
   */
  public static Selector of(String text) {
    return new Selector(List.copyOf(new TreeSet<>(new SelectorParser(text).parse())));
  }

  boolean isAll() {
    return requirements.isEmpty();
  }

  public boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  /** The same text for the same requirements. */
  String canonical() {
    return String.join(",", requirements.stream().map(Requirement::text).toList());
  }

  /** How a label is compared. */
  enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    ABSENT
  }

  /**
   * What is required of one label.
   *
   * @param values sorted in {@code text}; empty for EXISTS and ABSENT
   */
  record Requirement(String key, Operator operator, Set<String> values)
      implements Comparable<Requirement> {

    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case ABSENT -> value == null;
      };
    }

    String text() {
      return key + " " + operator + " (" + String.join(",", new TreeSet<>(values)) + ")";
    }

    @Override
    public int compareTo(Requirement other) {
      return text().compareTo(other.text());
    }
  }
}
