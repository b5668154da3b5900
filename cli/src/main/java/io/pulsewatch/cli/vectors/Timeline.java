package io.pulsewatch.cli.vectors;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.Value.KindCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is done in a scenario, and when. Each step reads a clock that goes on by the next increment.
 *
 * @param steps in order of time
 */
record Timeline(List<Step> steps) {
  /** More steps than this are no scenario. */
  private static final int MAX_STEPS = 1_000_000;

  Timeline {
    steps = List.copyOf(steps);
  }

  /** What is done at one instant. */
  enum Kind {
    HEARTBEAT,
    PHI,
    AVAILABLE
  }

  record Step(Kind kind, long atNanos) {}

  static Timeline of(VectorCase each) {
    List<Kind> kinds = kinds(each.take("ops"));
    List<Double> increments = increments(each.take("clock_increments_ms"));
    if (increments.size() < kinds.size()) {
      throw new UnsupportedCaseException("the clock ends before the steps do");
    }
    List<Step> steps = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < kinds.size(); i++) {
      now = Math.addExact(now, VectorCase.nanosOf(increments.get(i)));
      steps.add(new Step(kinds.get(i), now));
    }
    return new Timeline(steps);
  }

  /** How many steps ask something. */
  int questions() {
    return (int) steps.stream().filter(step -> step.kind() != Kind.HEARTBEAT).count();
  }

  /** A list of names, or a count of heartbeats and a list. */
  private static List<Kind> kinds(Value ops) {
    List<Kind> kinds = new ArrayList<>();
    List<Value> then;
    if (ops.getKindCase() == KindCase.STRUCT_VALUE) {
      Struct fields = onlyWith(ops, "heartbeat", "then");
      repeat(kinds, Kind.HEARTBEAT, count(fields.getFieldsOrThrow("heartbeat")));
      then = VectorCase.values("then", fields.getFieldsOrThrow("then"));
    } else {
      then = VectorCase.values("ops", ops);
    }
    for (Value name : then) {
      kinds.add(kind(name.getStringValue()));
    }
    return kinds;
  }

  /** A list of increments, or a first one and a list of [increment, count]. */
  private static List<Double> increments(Value value) {
    List<Double> increments = new ArrayList<>();
    if (value.getKindCase() != KindCase.STRUCT_VALUE) {
      for (Value each : VectorCase.values("clock_increments_ms", value)) {
        increments.add(VectorCase.number("clock_increments_ms", each));
      }
      return increments;
    }
    Struct fields = onlyWith(value, "first", "then");
    increments.add(VectorCase.number("first", fields.getFieldsOrThrow("first")));
    for (Value pair : VectorCase.values("then", fields.getFieldsOrThrow("then"))) {
      List<Value> both = VectorCase.values("then", pair);
      if (both.size() != 2) {
        throw new UnsupportedCaseException("an increment and its count are two numbers");
      }
      repeat(increments, VectorCase.number("then", both.get(0)), count(both.get(1)));
    }
    return increments;
  }

  private static Kind kind(String name) {
    return switch (name) {
      case "hb", "heartbeat" -> Kind.HEARTBEAT;
      case "phi" -> Kind.PHI;
      case "ok", "isAvailable" -> Kind.AVAILABLE;
      default -> throw new UnsupportedCaseException("the step " + name + " is unknown");
    };
  }

  private static int count(Value value) {
    int count = VectorCase.count("a count", value);
    if (count > MAX_STEPS) {
      throw new UnsupportedCaseException(count + " steps");
    }
    return count;
  }

  private static <T> void repeat(List<T> list, T each, int count) {
    for (int i = 0; i < count; i++) {
      list.add(each);
    }
  }

  private static Struct onlyWith(Value value, String... names) {
    Set<String> found = value.getStructValue().getFieldsMap().keySet();
    if (!found.equals(Set.of(names))) {
      throw new UnsupportedCaseException(found + " (expected: " + List.of(names) + ")");
    }
    return value.getStructValue();
  }
}
