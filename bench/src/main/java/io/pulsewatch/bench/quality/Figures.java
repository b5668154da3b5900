package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was computed, by name, and the text it goes into: {@code {{name}}} in a template. Confined
 * to one thread.
 */
final class Figures {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z0-9_-]+)}}");

  private final Map<String, String> figures = new LinkedHashMap<>();

  void put(String name, String text) {
    if (figures.put(name, text) != null) {
      throw new IllegalStateException("figure " + name + " a second time");
    }
  }

  void put(String name, String form, Object... values) {
    put(name, format(form, values));
  }

  /**
   * The template with every place filled.
   *
   * @throws IllegalStateException a place without a figure, or a figure without a place
   */
  String fill(String template) {
    Set<String> unused = new HashSet<>(figures.keySet());
    Matcher matcher = PLACE.matcher(template);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      String figure = figures.get(name);
      if (figure == null) {
        throw new IllegalStateException(
            "the template asks for " + name + ", which nobody computed");
      }
      unused.remove(name);
      matcher.appendReplacement(out, Matcher.quoteReplacement(figure));
    }
    if (!unused.isEmpty()) {
      throw new IllegalStateException("computed for nothing: " + unused);
    }
    return matcher.appendTail(out).toString();
  }

  /** A table in Markdown. */
  static String table(List<String> headings, List<List<String>> rows) {
    StringBuilder out = new StringBuilder();
    out.append(row(headings)).append("|---".repeat(headings.size())).append("|\n");
    rows.forEach(row -> out.append(row(row)));
    return out.toString().stripTrailing();
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** Milliseconds, or a dash where the sweep did not get there. */
  static String millis(double value) {
    return Double.isFinite(value) ? format("%,.0f", value) : "-";
  }

  /** A ratio with its interval. */
  static String ratio(Estimate ratio) {
    if (!Double.isFinite(ratio.value())) {
      return "-";
    }
    return Double.isFinite(ratio.low())
        ? format("%.2f (%.2f .. %.2f)", ratio.value(), ratio.low(), ratio.high())
        : format("%.2f (no interval: too few draws reach the rate)", ratio.value());
  }

  /** Whether what was promised is so, and whether the interval says so, too. */
  static String verdict(Estimate ratio, double promised) {
    if (ratio.high() <= promised) {
      return "met";
    }
    if (ratio.value() <= promised) {
      return "met, but not beyond chance";
    }
    return ratio.low() > promised ? "**MISSED**" : "**MISSED**, within chance";
  }

  static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
