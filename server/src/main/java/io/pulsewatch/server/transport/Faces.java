package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Override;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.Previous;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Entries and changes in the contract's words. What moves with each heartbeat (the newest one's
 * time and number, and the suspicion) is as it is when the message is made.
 *
 * <p>Thread-safe.
 */
public final class Faces {
  private final Supplier<Moment> clock;

  /**
   * Creates the translator.
   *
   * @param clock both clocks, read once per message
   */
  public Faces(Supplier<Moment> clock) {
    this.clock = clock;
  }

  /** The instance as it is now. */
  public Instance instance(Entry entry) {
    return instance(entry, now());
  }

  /** One reading of the clocks, for a message with many instances. */
  Moment now() {
    return clock.get();
  }

  Instance instance(Entry entry, Moment now) {
    Details details = entry.details();
    Instance.Builder instance =
        Instance.newBuilder()
            .setService(entry.key().service())
            .setInstanceId(entry.key().instanceId())
            .setIncarnation(entry.incarnation())
            .setRevision(entry.revision())
            .setState(Enums.state(entry.state()))
            .setStatus(Enums.status(entry.status()))
            .setServing(entry.serving())
            .putAllLabels(details.labels())
            .setZone(details.zone())
            .setWeight(details.weight())
            .setVersion(details.version())
            .setSince(Nanos.timestamp(entry.sinceMillis()))
            .setInterval(Nanos.duration(entry.times().intervalNanos()))
            .setTimeout(Nanos.duration(entry.times().timeoutNanos()));
    for (Details.Endpoint endpoint : details.endpoints()) {
      instance.addEndpoints(endpoint(endpoint));
    }
    instance.addAllRoles(RoleFaces.roles(entry.roles()));
    OperatorOverride override = entry.override();
    if (override != null) {
      instance.setOverride(override(override));
    }
    if (entry.hold().nanos() > 0) {
      instance.setHoldUntil(Nanos.timestamp(entry.hold().untilMillis()));
    }
    return addVitals(instance, entry, now).build();
  }

  /** The change, with what moves as it is now. */
  public io.pulsewatch.v1.Change change(Change change) {
    return change(change, false, now());
  }

  io.pulsewatch.v1.Change change(Change change, boolean leftView, Moment now) {
    io.pulsewatch.v1.Change.Builder told =
        io.pulsewatch.v1.Change.newBuilder()
            .setRevision(change.revision())
            .setAt(Nanos.timestamp(change.atMillis()))
            .setInstance(instance(change.after(), now))
            .setCause(cause(change.cause()))
            .setLeftView(leftView)
            .setProvisional(change.provisional());
    Change.Previous previous = change.previous();
    if (previous != null) {
      told.setPrevious(
          Previous.newBuilder()
              .setState(Enums.state(previous.state()))
              .setStatus(Enums.status(previous.status()))
              .putAllLabels(previous.labels()));
    }
    if (!change.evidence().equals(Evidence.NONE)) {
      told.setEvidence(evidence(change.evidence()));
    }
    return told.build();
  }

  static Endpoint endpoint(Details.Endpoint endpoint) {
    return Endpoint.newBuilder()
        .setName(endpoint.name())
        .setHost(endpoint.host())
        .setPort(endpoint.port())
        .build();
  }

  private static Instance.Builder addVitals(Instance.Builder instance, Entry entry, Moment now) {
    long agoNanos = now.nanos() - entry.vitals().arrivalNanos();
    long heardMillis = now.wallMillis() - TimeUnit.NANOSECONDS.toMillis(agoNanos);
    instance
        .setLastSequence(entry.vitals().lastSequence())
        .setFlaps(entry.vitals().flaps(now.nanos()))
        .setLastHeartbeatAt(Nanos.timestamp(heardMillis));
    if (entry.state().isLive()) {
      instance.setSuspicion(entry.vitals().suspicion(now.nanos()));
    }
    return instance;
  }

  private static Override override(OperatorOverride override) {
    Override.Builder told =
        Override.newBuilder().setKind(kind(override.kind())).setReason(override.reason());
    if (override.expiresAtMillis() != OperatorOverride.NEVER) {
      told.setExpiresAt(Nanos.timestamp(override.expiresAtMillis()));
    }
    return told.build();
  }

  private static io.pulsewatch.v1.Evidence evidence(Evidence evidence) {
    io.pulsewatch.v1.Evidence.Builder told =
        io.pulsewatch.v1.Evidence.newBuilder()
            .setLastSequence(evidence.lastSequence())
            .setSkipped(evidence.skipped())
            .setSuspicion(evidence.suspicion())
            .setTransportError(evidence.transportError())
            .setLeaveReason(evidence.leaveReason());
    if (evidence.silenceNanos() != 0) {
      told.setSilence(Nanos.duration(evidence.silenceNanos()));
    }
    if (evidence.overdueNanos() != 0) {
      told.setOverdue(Nanos.duration(evidence.overdueNanos()));
    }
    if (evidence.serverPauseNanos() != 0) {
      told.setServerPause(Nanos.duration(evidence.serverPauseNanos()));
    }
    if (evidence.senderLateNanos() != Evidence.UNKNOWN) {
      told.setSenderLate(Nanos.duration(evidence.senderLateNanos()));
    }
    if (evidence.jitterNanos() != 0) {
      told.setJitter(Nanos.duration(evidence.jitterNanos()));
    }
    if (evidence.plannedNanos() != 0) {
      told.setPlanned(Nanos.duration(evidence.plannedNanos()));
    }
    evidence.probes().forEach(probe -> told.addProbes(probe(probe)));
    return told.build();
  }

  private static io.pulsewatch.v1.Probe probe(Probe probe) {
    io.pulsewatch.v1.Probe.Builder told =
        io.pulsewatch.v1.Probe.newBuilder()
            .setBy(probe.by())
            .setOutcome(Enums.outcome(probe.outcome()))
            .setTook(Nanos.duration(probe.tookNanos()));
    Details.Endpoint at = probe.endpoint();
    return (at == null ? told : told.setEndpoint(endpoint(at))).build();
  }

  private static OverrideKind kind(OperatorOverride.Kind kind) {
    return switch (kind) {
      case MAINTENANCE -> OverrideKind.OVERRIDE_KIND_MAINTENANCE;
      case SERVING -> OverrideKind.OVERRIDE_KIND_SERVING;
      case NOT_SERVING -> OverrideKind.OVERRIDE_KIND_NOT_SERVING;
    };
  }

  private static io.pulsewatch.v1.Cause cause(Cause cause) {
    return switch (cause) {
      case REGISTERED -> io.pulsewatch.v1.Cause.CAUSE_REGISTERED;
      case RESUMED -> io.pulsewatch.v1.Cause.CAUSE_RESUMED;
      case RECOVERED -> io.pulsewatch.v1.Cause.CAUSE_RECOVERED;
      case REPORTED -> io.pulsewatch.v1.Cause.CAUSE_REPORTED;
      case SILENCE -> io.pulsewatch.v1.Cause.CAUSE_SILENCE;
      case STREAM_LOST -> io.pulsewatch.v1.Cause.CAUSE_STREAM_LOST;
      case STREAM_CLOSED -> io.pulsewatch.v1.Cause.CAUSE_STREAM_CLOSED;
      case LEAVE -> io.pulsewatch.v1.Cause.CAUSE_LEAVE;
      case SUPERSEDED -> io.pulsewatch.v1.Cause.CAUSE_SUPERSEDED;
      case OVERRIDE -> io.pulsewatch.v1.Cause.CAUSE_OVERRIDE;
      case PROGRESS_STALLED -> io.pulsewatch.v1.Cause.CAUSE_PROGRESS_STALLED;
      case ROLE_GRANTED -> io.pulsewatch.v1.Cause.CAUSE_ROLE_GRANTED;
      case ROLE_LOST -> io.pulsewatch.v1.Cause.CAUSE_ROLE_LOST;
      case OVERRIDE_EXPIRED -> io.pulsewatch.v1.Cause.CAUSE_OVERRIDE_EXPIRED;
      case AUTH_EXPIRED -> io.pulsewatch.v1.Cause.CAUSE_AUTH_EXPIRED;
      case HOLD_EXPIRED -> io.pulsewatch.v1.Cause.CAUSE_HOLD_EXPIRED;
      case REMOVED -> io.pulsewatch.v1.Cause.CAUSE_REMOVED;
    };
  }
}
