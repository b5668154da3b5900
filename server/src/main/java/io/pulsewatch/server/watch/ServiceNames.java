package io.pulsewatch.server.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Which services are meant: names, and globs in which {@code *} stands for any text and {@code ?}
 * for one character. Immutable.
 */
public final class ServiceNames {
  /** Names and globs together. */
  public static final int MAX = 64;

  public static final ServiceNames ALL = new ServiceNames(List.of(), List.of());

  private static final int MAX_LENGTH = 253;

  /** Sorted; so are the globs. Both are empty where all services are meant. */
  private final List<String> names;

  private final List<String> globs;

  private ServiceNames(List<String> names, List<String> globs) {
    this.names = names;
    this.globs = globs;
  }

  /**
   * Reads names and globs; none at all means all services.
   *
   * @throws IllegalArgumentException naming the element and what was expected of it
   */
  public static ServiceNames of(List<String> texts) {
    if (texts.size() > MAX) {
      throw new IllegalArgumentException(
          "services: " + texts.size() + " (expected: at most " + MAX + ")");
    }
    List<String> names = new ArrayList<>();
    List<String> globs = new ArrayList<>();
    boolean all = texts.isEmpty();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      check(i, text);
      (isGlob(text) ? globs : names).add(text);
      all |= text.chars().allMatch(c -> c == '*');
    }
    return all ? ALL : new ServiceNames(sorted(names), sorted(globs));
  }

  public boolean isAll() {
    return names.isEmpty() && globs.isEmpty();
  }

  /** True where only names were given, so that {@link #names} are all that can match. */
  public boolean isExact() {
    return globs.isEmpty() && !names.isEmpty();
  }

  public List<String> names() {
    return names;
  }

  public boolean matches(String service) {
    if (isAll() || names.contains(service)) {
      return true;
    }
    for (String glob : globs) {
      if (matches(glob, service)) {
        return true;
      }
    }
    return false;
  }

  /** The same text for the same services. */
  String canonical() {
    return String.join(" ", names) + "|" + String.join(" ", globs);
  }

  /** Goes back to the last star only: linear but for stars that must be tried again. */
  static boolean matches(String glob, String text) {
    int g = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      char c = g < glob.length() ? glob.charAt(g) : '\0';
      if (c == '*') {
        star = g++;
        resume = t;
      } else if (c == '?' || c == text.charAt(t)) {
        g++;
        t++;
      } else if (star >= 0) {
        g = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }

  private static boolean isGlob(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  private static List<String> sorted(List<String> texts) {
    return List.copyOf(new TreeSet<>(texts));
  }

  private static void check(int index, String text) {
    String field = "services[" + index + "]: ";
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          field + text.length() + " characters (expected: 1.." + MAX_LENGTH + ")");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && "._-*?".indexOf(c) < 0) {
        throw new IllegalArgumentException(
            String.format(
                "%scharacter U+%04X at %d (expected: A-Z a-z 0-9 . _ - * ?)", field, (int) c, i));
      }
    }
  }
}
