package io.pulsewatch.cli.vectors;

import com.google.protobuf.Value;
import com.google.protobuf.Value.KindCase;
import io.pulsewatch.cli.vectors.Timeline.Kind;
import io.pulsewatch.cli.vectors.Timeline.Step;
import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.PhiLogistic;
import io.pulsewatch.server.detector.SampleWindow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeats and questions on a made-up clock, told to a detector as the kernel would: a heartbeat
 * that ends a suspicion is told as such, and nobody is suspected before the first one. Confined to
 * one thread.
 */
final class Scenario {
  private static final double EXACT = 1e-9;

  private final Detector detector;
  private boolean heard;
  private long lastNanos;

  private Scenario(Detector detector) {
    this.detector = detector;
  }

  /** A scenario of the logistic phi. */
  static void checkPhi(VectorCase each) {
    Timeline timeline = Timeline.of(each);
    long first = each.nanos("first_heartbeat_estimate_ms");
    PhiLogistic.Settings settings =
        new PhiLogistic.Settings(
            each.number("threshold"),
            Math.min(each.count("max_sample_size"), SampleWindow.MAX_CAPACITY),
            each.nanos("min_sd_ms"),
            each.nanos("acceptable_pause_ms"),
            first);
    if (each.count("max_sample_size") > settings.window()
        && timeline.steps().size() > settings.window()) {
      throw new UnsupportedCaseException("a window of more than " + settings.window());
    }
    PhiLogistic phi = new PhiLogistic(Math.max(1, first), settings);
    Scenario scenario = new Scenario(phi);
    List<Value> expected = each.list("expected");
    requireAsMany(timeline, expected.size());
    int asked = 0;
    for (Step step : timeline.steps()) {
      if (step.kind() == Kind.HEARTBEAT) {
        scenario.hear(step.atNanos());
      } else {
        scenario.answer(each, step, expected.get(asked++), phi, settings.threshold());
      }
    }
  }

  /** A scenario of the fixed timeout. */
  static void checkDeadline(VectorCase each) {
    long interval = each.nanos("heartbeat_interval_ms");
    long after = Math.addExact(interval, each.nanos("acceptable_pause_ms"));
    Scenario scenario = new Scenario(new DetectorChoice.Fixed(after).create(Math.max(1, interval)));
    Timeline timeline = Timeline.of(each);
    List<Value> expected = each.list("expected_available");
    requireAsMany(timeline, expected.size());
    int asked = 0;
    for (Step step : timeline.steps()) {
      switch (step.kind()) {
        case HEARTBEAT -> scenario.hear(step.atNanos());
        case AVAILABLE ->
            scenario.expectAvailable(
                each, "at question " + asked, step.atNanos(), expected.get(asked++));
        case PHI -> throw new UnsupportedCaseException("a fixed timeout has no phi");
      }
    }
  }

  private static void requireAsMany(Timeline timeline, int expected) {
    if (timeline.questions() != expected) {
      throw new UnsupportedCaseException("as many answers as questions are needed");
    }
  }

  private void hear(long nowNanos) {
    if (isAvailable(nowNanos)) {
      detector.onHeartbeat(1, nowNanos);
    } else {
      detector.onDoubted(1, nowNanos);
    }
    heard = true;
    lastNanos = nowNanos;
  }

  private boolean isAvailable(long nowNanos) {
    return !heard || nowNanos - lastNanos < detector.silenceNanos();
  }

  private void expectAvailable(VectorCase each, String where, long nowNanos, Value expected) {
    if (expected.getKindCase() != KindCase.BOOL_VALUE) {
      throw new UnsupportedCaseException("available is true or false");
    }
    boolean available = isAvailable(nowNanos);
    each.expect(where + ": available is " + available, available == expected.getBoolValue());
  }

  private void answer(
      VectorCase each, Step step, Value answer, PhiLogistic detectorOfPhi, double threshold) {
    Map<String, Value> fields = new HashMap<>(answer.getStructValue().getFieldsMap());
    String where = "after " + VectorCase.millis(step.atNanos()) + " ms";
    long silence = step.atNanos() - lastNanos;
    double phi = heard ? detectorOfPhi.phi(silence) : 0;
    requireOp(fields.remove("op"), step.kind());
    each.expect(
        where + ": phi and the closed form disagree",
        !heard || phi < threshold == isAvailable(step.atNanos()));
    if (step.kind() == Kind.AVAILABLE) {
      Value expected = fields.remove("expected");
      expectAvailable(
          each, where, step.atNanos(), expected == null ? Value.getDefaultInstance() : expected);
    } else {
      double tolerance = numberOr(fields.remove("tolerance"), () -> each.tolerance(EXACT));
      for (Map.Entry<String, Value> field : new ArrayList<>(fields.entrySet())) {
        expectPhi(each, where, field, phi, tolerance);
        fields.remove(field.getKey());
      }
    }
    if (!fields.isEmpty()) {
      throw new UnsupportedCaseException("expectations " + fields.keySet());
    }
  }

  private static void expectPhi(
      VectorCase each, String where, Map.Entry<String, Value> field, double phi, double tolerance) {
    double value = VectorCase.number(field.getKey(), field.getValue());
    switch (field.getKey()) {
      case "expected" -> each.expect(where + ": phi", value, phi, tolerance);
      case "exact" ->
          each.expect(where + ": phi", value, phi, EXACT * Math.max(1, Math.abs(value)));
      case "min_exclusive" ->
          each.expect(where + ": phi is " + phi + " (expected: above " + value + ")", phi > value);
      case "max_exclusive" ->
          each.expect(where + ": phi is " + phi + " (expected: below " + value + ")", phi < value);
      default -> throw new UnsupportedCaseException("expectation " + field.getKey());
    }
  }

  private static void requireOp(@Nullable Value op, Kind kind) {
    String name = kind == Kind.PHI ? "phi" : "isAvailable";
    if (op != null && !op.getStringValue().equals(name)) {
      throw new UnsupportedCaseException("questions and answers are not in the same order");
    }
  }

  private static double numberOr(@Nullable Value value, DoubleSupplier otherwise) {
    return value == null ? otherwise.getAsDouble() : VectorCase.number("tolerance", value);
  }
}
