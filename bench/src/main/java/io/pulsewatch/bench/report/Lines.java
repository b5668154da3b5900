package io.pulsewatch.bench.report;

import java.util.Locale;
import java.util.Map;

/** Lines for people, made of what a report says. Confined to one thread. */
final class Lines {
  private final StringBuilder out = new StringBuilder();

  void line(String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values)).append('\n');
  }

  /** Goes to the end of the line before it. */
  void target(boolean met, String text) {
    more("  " + text + (met ? " met" : " MISSED"));
  }

  /** Goes to the end of the line before it, too. */
  void more(String text) {
    out.setLength(out.length() - 1);
    out.append(text).append('\n');
  }

  String text() {
    return out.toString();
  }

  static Map<?, ?> map(Map<?, ?> parent, String name) {
    return parent.get(name) instanceof Map<?, ?> child ? child : Map.of();
  }

  static String said(Map<?, ?> map, String name) {
    return String.valueOf(map.get(name));
  }

  static double number(Map<?, ?> map, String name) {
    return map.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
