package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.ProbeOutcome;
import org.jspecify.annotations.Nullable;

/** The enums of the contract in the kernel's words, and back. */
final class Enums {
  private Enums() {}

  /** Null for UNSPECIFIED, which means: unchanged, and for numbers that we do not know. */
  static @Nullable Status status(io.pulsewatch.v1.Status status) {
    return switch (status) {
      case STATUS_STARTING -> Status.STARTING;
      case STATUS_SERVING -> Status.SERVING;
      case STATUS_DEGRADED -> Status.DEGRADED;
      case STATUS_NOT_SERVING -> Status.NOT_SERVING;
      case STATUS_DRAINING -> Status.DRAINING;
      case STATUS_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  static io.pulsewatch.v1.Status status(Status status) {
    return switch (status) {
      case STARTING -> io.pulsewatch.v1.Status.STATUS_STARTING;
      case SERVING -> io.pulsewatch.v1.Status.STATUS_SERVING;
      case DEGRADED -> io.pulsewatch.v1.Status.STATUS_DEGRADED;
      case NOT_SERVING -> io.pulsewatch.v1.Status.STATUS_NOT_SERVING;
      case DRAINING -> io.pulsewatch.v1.Status.STATUS_DRAINING;
    };
  }

  static io.pulsewatch.v1.State state(State state) {
    return switch (state) {
      case ALIVE -> io.pulsewatch.v1.State.STATE_ALIVE;
      case SUSPECT -> io.pulsewatch.v1.State.STATE_SUSPECT;
      case DEAD -> io.pulsewatch.v1.State.STATE_DEAD;
      case LEFT -> io.pulsewatch.v1.State.STATE_LEFT;
    };
  }

  static io.pulsewatch.v1.DetectorMode mode(DetectorMode mode) {
    return switch (mode) {
      case NORMAL -> io.pulsewatch.v1.DetectorMode.DETECTOR_MODE_NORMAL;
      case WARM_UP -> io.pulsewatch.v1.DetectorMode.DETECTOR_MODE_WARM_UP;
      case PAUSED -> io.pulsewatch.v1.DetectorMode.DETECTOR_MODE_PAUSED;
      case ADMITTING -> io.pulsewatch.v1.DetectorMode.DETECTOR_MODE_ADMITTING;
      case PRESERVATION -> io.pulsewatch.v1.DetectorMode.DETECTOR_MODE_PRESERVATION;
      case PROVISIONAL -> io.pulsewatch.v1.DetectorMode.DETECTOR_MODE_PROVISIONAL;
    };
  }

  static ProbeOutcome outcome(Probe.Outcome outcome) {
    return switch (outcome) {
      case PROVEN -> ProbeOutcome.PROBE_OUTCOME_PROVEN;
      case REACHABLE -> ProbeOutcome.PROBE_OUTCOME_REACHABLE;
      case REFUSED -> ProbeOutcome.PROBE_OUTCOME_REFUSED;
      case NO_ANSWER -> ProbeOutcome.PROBE_OUTCOME_NO_ANSWER;
      case DECLINED -> ProbeOutcome.PROBE_OUTCOME_DECLINED;
    };
  }

  /**
   * What one client says of another. It can prove nothing to us. Null for UNSPECIFIED and for
   * numbers that we do not know.
   */
  static Probe.@Nullable Outcome seenByPeer(ProbeOutcome outcome) {
    return switch (outcome) {
      case PROBE_OUTCOME_PROVEN, PROBE_OUTCOME_REACHABLE -> Probe.Outcome.REACHABLE;
      case PROBE_OUTCOME_REFUSED -> Probe.Outcome.REFUSED;
      case PROBE_OUTCOME_NO_ANSWER -> Probe.Outcome.NO_ANSWER;
      case PROBE_OUTCOME_DECLINED -> Probe.Outcome.DECLINED;
      case PROBE_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  /** Null for UNSPECIFIED and for numbers that we do not know. */
  static OperatorOverride.@Nullable Kind override(OverrideKind kind) {
    return switch (kind) {
      case OVERRIDE_KIND_MAINTENANCE -> OperatorOverride.Kind.MAINTENANCE;
      case OVERRIDE_KIND_SERVING -> OperatorOverride.Kind.SERVING;
      case OVERRIDE_KIND_NOT_SERVING -> OperatorOverride.Kind.NOT_SERVING;
      case OVERRIDE_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
