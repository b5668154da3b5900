package io.pulsewatch.cli.vectors;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.Value.KindCase;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One case: its fields, which of them were understood, and what did not come as expected.
 *
 * <p>Fields of the group and of {@code params} stand for those that the case does not have. A field
 * that nobody asked for makes the case unsupported: it may change what the others mean. Confined to
 * one thread.
 */
final class VectorCase {
  /** What is said to people only. */
  private static final Set<String> REMARKS =
      Set.of("id", "source", "kind", "note", "name", "cases", "params");

  private static final int MILLIS_TO_NANOS_DIGITS = 6;

  /** Comparisons forgive the rounding of a double, besides what the case forgives. */
  private static final double ROUNDING = 1e-12;

  private final String group;
  private final Map<String, Value> fields = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();
  private final List<String> complaints = new ArrayList<>();
  private boolean expectsAnything;

  /** What came of a case. */
  enum Verdict {
    PASSED,
    FAILED,
    UNSUPPORTED
  }

  VectorCase(String group, Struct ofGroup, Struct ofCase) {
    this.group = group;
    addFields(ofGroup);
    addFields(ofCase);
    unknown.addAll(fields.keySet());
    unknown.removeAll(REMARKS);
    // A tolerance that is not needed changes nothing.
    unknown.remove("tolerance");
    unknown.remove("tolerance_ms");
  }

  Verdict judge() {
    try {
      Families.check(group, this);
    } catch (UnsupportedCaseException | IllegalArgumentException e) {
      return Verdict.UNSUPPORTED;
    }
    if (!unknown.isEmpty() || !expectsAnything) {
      return Verdict.UNSUPPORTED;
    }
    return complaints.isEmpty() ? Verdict.PASSED : Verdict.FAILED;
  }

  String complaint() {
    String name = has("name") ? text("name") + ": " : "";
    return name + String.join("; ", complaints);
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  double number(String field) {
    return number(field, take(field));
  }

  double number(String field, double otherwise) {
    return has(field) ? number(field) : otherwise;
  }

  /** A whole number from 0 on. */
  int count(String field) {
    return count(field, take(field));
  }

  String text(String field) {
    Value value = take(field);
    if (value.getKindCase() != KindCase.STRING_VALUE) {
      throw new UnsupportedCaseException(field + " is no text");
    }
    return value.getStringValue();
  }

  /** A field in milliseconds, as nanoseconds. */
  long nanos(String field) {
    return nanosOf(number(field));
  }

  long nanos(String field, long otherwise) {
    return has(field) ? nanos(field) : otherwise;
  }

  List<Double> numbers(String field) {
    return list(field).stream().map(value -> number(field, value)).toList();
  }

  List<Value> list(String field) {
    return values(field, take(field));
  }

  Value take(String field) {
    Value value = fields.get(field);
    if (value == null) {
      throw new UnsupportedCaseException("there is no " + field);
    }
    unknown.remove(field);
    return value;
  }

  /** What the case forgives, or else this. */
  double tolerance(double otherwise) {
    return number("tolerance", number("tolerance_ms", otherwise));
  }

  /** Expects what the field says, if there is such a field. */
  void expect(String field, double actual, double tolerance) {
    if (has(field)) {
      expect(field, number(field), actual, tolerance);
    }
  }

  void expect(String what, double expected, double actual, double tolerance) {
    double allowed = tolerance + ROUNDING * Math.abs(expected);
    expect(
        what + " is " + actual + " (expected: " + expected + " +-" + tolerance + ")",
        Math.abs(actual - expected) <= (tolerance == 0 ? 0 : allowed));
  }

  /** Expects that this is so; says what was found where it is not. */
  void expect(String otherwise, boolean so) {
    expectsAnything = true;
    if (!so) {
      complaints.add(otherwise);
    }
  }

  static double number(String field, Value value) {
    if (value.getKindCase() != KindCase.NUMBER_VALUE) {
      throw new UnsupportedCaseException(field + " is no number");
    }
    return value.getNumberValue();
  }

  static int count(String field, Value value) {
    double number = number(field, value);
    if (number != Math.rint(number) || number < 0 || number > Integer.MAX_VALUE) {
      throw new UnsupportedCaseException(field + " is no count");
    }
    return (int) number;
  }

  static List<Value> values(String field, Value value) {
    if (value.getKindCase() != KindCase.LIST_VALUE) {
      throw new UnsupportedCaseException(field + " is no list");
    }
    ListValue list = value.getListValue();
    return list.getValuesList();
  }

  /** Exact for every number of milliseconds that is a whole number of nanoseconds. */
  static long nanosOf(double millis) {
    try {
      return BigDecimal.valueOf(millis)
          .movePointRight(MILLIS_TO_NANOS_DIGITS)
          .setScale(0, RoundingMode.HALF_EVEN)
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new UnsupportedCaseException(millis + " ms are more nanoseconds than a long holds");
    }
  }

  static double millis(long nanos) {
    return millis((double) nanos);
  }

  static double millis(double nanos) {
    return nanos / 1e6;
  }

  private void addFields(Struct struct) {
    fields.putAll(struct.getFieldsMap());
    fields.putAll(
        struct
            .getFieldsOrDefault("params", Value.getDefaultInstance())
            .getStructValue()
            .getFieldsMap());
  }
}
