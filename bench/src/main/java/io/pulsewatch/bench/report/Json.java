package io.pulsewatch.bench.report;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes maps, lists, texts, numbers and truth values as JSON for programs and people. Stateless.
 */
public final class Json {
  private Json() {}

  /** The text of a value; map entries keep their order. */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value, "");
    return out.append('\n').toString();
  }

  private static void write(StringBuilder out, Object value, String indent) {
    if (value instanceof Map<?, ?> map) {
      writeMap(out, map, indent);
    } else if (value instanceof List<?> list) {
      writeList(out, list, indent);
    } else if (value instanceof Double number) {
      out.append(number(number));
    } else if (value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      quote(out, value.toString());
    }
  }

  private static void writeMap(StringBuilder out, Map<?, ?> map, String indent) {
    out.append('{');
    String separator = "\n";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator).append(indent).append("  ");
      quote(out, entry.getKey().toString());
      out.append(": ");
      write(out, entry.getValue(), indent + "  ");
      separator = ",\n";
    }
    out.append('\n').append(indent).append('}');
  }

  private static void writeList(StringBuilder out, List<?> list, String indent) {
    out.append('[');
    Iterator<?> values = list.iterator();
    while (values.hasNext()) {
      write(out, values.next(), indent + "  ");
      out.append(values.hasNext() ? ", " : "");
    }
    out.append(']');
  }

  /** Four significant decimals are more than any of our measurements is worth. */
  private static String number(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("number: " + number + " (expected: a finite one)");
    }
    if (Math.abs(number) >= 1_000) {
      return Long.toString(Math.round(number));
    }
    String text = String.format(Locale.ROOT, "%.4f", number);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
