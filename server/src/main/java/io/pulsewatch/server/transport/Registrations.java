package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.ProgressRule;
import io.pulsewatch.v1.Register;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A {@code register} in the kernel's words. What is malformed is refused with the field's name;
 * what is out of range is clamped, and the grant says so.
 */
final class Registrations {
  static final int MAX_LABELS = 64;
  static final int MAX_LABEL_KEY_BYTES = 63;
  static final int MAX_LABEL_VALUE_BYTES = 256;
  static final int MAX_ENDPOINTS = 16;
  static final int MAX_PROCESS_ID_BYTES = 128;
  static final int MAX_ROLES = 16;
  static final int MAX_PROGRESS_RULES = Progress.MAX_RULES;
  static final int MAX_WEIGHT = 10_000;
  static final int MAX_PORT = 65_535;
  static final long MIN_STALL_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  static final long MAX_STALL_AFTER_NANOS = TimeUnit.HOURS.toNanos(24);

  private Registrations() {}

  static InstanceKey key(Register register) {
    return Names.key(register.getInstance().getService(), register.getInstance().getInstanceId());
  }

  static Times times(Register register) {
    return Times.grant(
        wish(register.hasInterval(), register.getInterval()),
        wish(register.hasTimeout(), register.getTimeout()),
        wish(register.hasResumeWindow(), register.getResumeWindow()));
  }

  static Details details(Register register) {
    Names.checkBytes("zone", register.getZone(), Names.MAX_NAME);
    Names.checkBytes("version", register.getVersion(), Names.MAX_NAME);
    Names.checkBytes("process_id", register.getProcessId(), MAX_PROCESS_ID_BYTES);
    checkAtMost("weight", register.getWeight(), MAX_WEIGHT);
    checkLabels(register.getLabelsMap());
    return new Details(
        endpoints(register.getEndpointsList()),
        register.getLabelsMap(),
        register.getZone(),
        register.getWeight(),
        register.getVersion(),
        roles(register));
  }

  /** Whoever holds one must know when its time is up, so it needs a fence. */
  private static List<String> roles(Register register) {
    checkAtMost("roles", register.getRolesCount(), MAX_ROLES);
    Set<String> names = new HashSet<>();
    for (String name : register.getRolesList()) {
      Names.checkRole("roles", name);
      if (!names.add(name)) {
        throw Statuses.invalid("BAD_NAME", "roles: " + name + " is said twice");
      }
    }
    if (!names.isEmpty() && times(register).resumeWindowNanos() == 0) {
      throw Statuses.invalid(
          "NO_FENCE",
          "roles: with a resume_window of 0 nobody could tell the holder of a role when its time is"
              + " up. Leave resume_window unset, or stand for no role.");
    }
    return register.getRolesList();
  }

  /** A hash of it: it opens a session as a token does, so it is not kept as it was said. */
  static String processId(Register register) {
    return register.getProcessId().isEmpty()
        ? ""
        : SessionToken.hash(register.getProcessId().getBytes(StandardCharsets.UTF_8));
  }

  static Status status(Register register) {
    io.pulsewatch.v1.Status said = register.getStatus();
    if (said == io.pulsewatch.v1.Status.UNRECOGNIZED) {
      throw Statuses.invalid(
          "BAD_STATUS",
          "status: unknown number "
              + register.getStatusValue()
              + " (expected: a pulsewatch.v1.Status)");
    }
    Status status = Enums.status(said);
    return status == null ? Status.SERVING : status;
  }

  static boolean takesOver(Register register) {
    if (register.getOnConflict() == OnConflict.UNRECOGNIZED) {
      throw Statuses.invalid(
          "BAD_ON_CONFLICT",
          "on_conflict: unknown number "
              + register.getOnConflictValue()
              + " (expected: REJECT or TAKE_OVER)");
    }
    return register.getOnConflict() == OnConflict.ON_CONFLICT_TAKE_OVER;
  }

  /**
   * No grant tells these, so what is out of range is refused rather than clamped. Empty: nothing
   * has to move.
   */
  static List<Progress.Rule> progress(Register register) {
    checkAtMost("progress_rules", register.getProgressRulesCount(), MAX_PROGRESS_RULES);
    List<Progress.Rule> rules = new ArrayList<>(register.getProgressRulesCount());
    Set<String> counters = new HashSet<>();
    for (ProgressRule rule : register.getProgressRulesList()) {
      Names.checkCounter(rule.getCounter());
      long stallAfter = rule.hasStallAfter() ? Nanos.of(rule.getStallAfter()) : 0;
      if (stallAfter < MIN_STALL_AFTER_NANOS || stallAfter > MAX_STALL_AFTER_NANOS) {
        throw Statuses.invalid(
            "BAD_PROGRESS_RULE",
            "progress_rules."
                + rule.getCounter()
                + ".stall_after: "
                + (rule.hasStallAfter() ? stallAfter / 1_000_000 + " ms" : "unset")
                + " (expected: 100 ms .. 24 h)");
      }
      if (!counters.add(rule.getCounter())) {
        throw Statuses.invalid(
            "BAD_PROGRESS_RULE", "progress_rules." + rule.getCounter() + ": said twice");
      }
      rules.add(new Progress.Rule(rule.getCounter(), stallAfter));
    }
    return rules;
  }

  private static List<Details.Endpoint> endpoints(List<Endpoint> declared) {
    checkAtMost("endpoints", declared.size(), MAX_ENDPOINTS);
    List<Details.Endpoint> endpoints = new ArrayList<>(declared.size());
    for (Endpoint endpoint : declared) {
      Names.checkBytes("endpoints.name", endpoint.getName(), MAX_LABEL_KEY_BYTES);
      Names.checkBytes("endpoints.host", endpoint.getHost(), Names.MAX_NAME);
      if (endpoint.getHost().isEmpty()) {
        throw Statuses.invalid("BAD_ENDPOINT", "endpoints.host: empty (expected: a host)");
      }
      if (endpoint.getPort() < 1 || endpoint.getPort() > MAX_PORT) {
        throw Statuses.invalid(
            "BAD_ENDPOINT",
            "endpoints.port: "
                + Integer.toUnsignedString(endpoint.getPort())
                + " (expected: 1..65535)");
      }
      endpoints.add(
          new Details.Endpoint(endpoint.getName(), endpoint.getHost(), endpoint.getPort()));
    }
    return endpoints;
  }

  private static void checkLabels(Map<String, String> labels) {
    checkAtMost("labels", labels.size(), MAX_LABELS);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (label.getKey().isEmpty()) {
        throw Statuses.invalid("BAD_LABEL", "labels: an empty key (expected: 1..63 bytes)");
      }
      Names.checkBytes("labels key", label.getKey(), MAX_LABEL_KEY_BYTES);
      Names.checkBytes("labels." + label.getKey(), label.getValue(), MAX_LABEL_VALUE_BYTES);
    }
  }

  /** Unsigned, so that a giant number on the wire is not taken for a negative one. */
  private static void checkAtMost(String field, int number, int max) {
    if (Integer.compareUnsigned(number, max) > 0) {
      throw Statuses.invalid(
          "TOO_MANY",
          field + ": " + Integer.toUnsignedString(number) + " (expected: at most " + max + ")");
    }
  }

  private static long wish(boolean spoken, Duration wish) {
    return spoken ? Nanos.of(wish) : Times.UNSET;
  }
}
