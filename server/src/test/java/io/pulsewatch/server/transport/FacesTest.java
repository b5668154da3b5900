package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.SomeVitals;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.OverrideKind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FacesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Times TIMES = new Times(SECOND, 3 * SECOND, 2 * SECOND);

  /** The monotonic clock wraps between the heartbeat and now. */
  private static final Moment NOW = new Moment(Long.MIN_VALUE + SECOND, 1_700_000_000_500L);

  private final Faces faces = new Faces(() -> NOW);

  @Test
  void everythingOfAnInstance() {
    Details details =
        new Details(
            List.of(new Details.Endpoint("grpc", "h", 50_051)),
            Map.of("env", "prod"),
            "z1",
            7,
            "v2");
    OperatorOverride override =
        new OperatorOverride(OperatorOverride.Kind.MAINTENANCE, "disk", 1_700_000_001_000L);
    Instance instance = faces.instance(entry(State.ALIVE, details, override));
    Instance expected =
        Instance.newBuilder()
            .setService("orders")
            .setInstanceId("a")
            .setIncarnation(42)
            .setRevision(43)
            .setState(io.pulsewatch.v1.State.STATE_ALIVE)
            .setStatus(io.pulsewatch.v1.Status.STATUS_SERVING)
            .setOverride(
                io.pulsewatch.v1.Override.newBuilder()
                    .setKind(OverrideKind.OVERRIDE_KIND_MAINTENANCE)
                    .setReason("disk")
                    .setExpiresAt(Timestamp.newBuilder().setSeconds(1_700_000_001)))
            .putLabels("env", "prod")
            .addEndpoints(Endpoint.newBuilder().setName("grpc").setHost("h").setPort(50_051))
            .setZone("z1")
            .setWeight(7)
            .setVersion("v2")
            .setSince(Timestamp.newBuilder().setSeconds(1_699_999_999))
            .setLastHeartbeatAt(
                Timestamp.newBuilder().setSeconds(1_699_999_999).setNanos(500_000_000))
            .setSuspicion(0.5)
            .setInterval(Duration.newBuilder().setSeconds(1))
            .setTimeout(Duration.newBuilder().setSeconds(3))
            .build();
    assertThat(instance).isEqualTo(expected);
  }

  @Test
  void theEndedAreNotSuspected() {
    assertThat(faces.instance(entry(State.SUSPECT, Details.NONE, null)).getSuspicion())
        .isEqualTo(0.5);
    assertThat(faces.instance(entry(State.DEAD, Details.NONE, null)).getSuspicion()).isZero();
    assertThat(faces.instance(entry(State.LEFT, Details.NONE, null)).getSuspicion()).isZero();
  }

  @Test
  void anOverrideMayStay() {
    OperatorOverride override =
        new OperatorOverride(OperatorOverride.Kind.SERVING, "", OperatorOverride.NEVER);
    Instance instance = faces.instance(entry(State.ALIVE, Details.NONE, override));
    assertThat(instance.getOverride().hasExpiresAt()).isFalse();
    assertThat(instance.getServing()).isTrue();
  }

  @Test
  void everythingOfAChange() {
    Evidence evidence = new Evidence(SECOND, 5, 2, 3, 4, 6, 1.5, "RST_STREAM", "SIGTERM", 8, 7);
    Change.Previous previous =
        new Change.Previous(State.ALIVE, Status.DEGRADED, Map.of("env", "dev"));
    io.pulsewatch.v1.Change change = change(previous, Cause.SILENCE, evidence);
    assertThat(change.getRevision()).isEqualTo(43);
    assertThat(change.getAt().getSeconds()).isEqualTo(1_700_000_000);
    assertThat(change.getCause()).isEqualTo(io.pulsewatch.v1.Cause.CAUSE_SILENCE);
    assertThat(change.getPrevious().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_ALIVE);
    assertThat(change.getPrevious().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DEGRADED);
    assertThat(change.getPrevious().getLabelsMap()).containsEntry("env", "dev");
    assertThat(change.getProvisional()).isTrue();
    assertThat(change.getLeftView()).isTrue();
    io.pulsewatch.v1.Evidence told = change.getEvidence();
    assertThat(Nanos.of(told.getSilence())).isEqualTo(SECOND);
    assertThat(told.getLastSequence()).isEqualTo(5);
    assertThat(told.getSkipped()).isEqualTo(2);
    assertThat(Nanos.of(told.getOverdue())).isEqualTo(3);
    assertThat(Nanos.of(told.getServerPause())).isEqualTo(4);
    assertThat(Nanos.of(told.getSenderLate())).isEqualTo(6);
    assertThat(told.getSuspicion()).isEqualTo(1.5);
    assertThat(told.getTransportError()).isEqualTo("RST_STREAM");
    assertThat(told.getLeaveReason()).isEqualTo("SIGTERM");
    assertThat(Nanos.of(told.getPlanned())).isEqualTo(7);
    assertThat(Nanos.of(told.getJitter())).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void whatCameOfAskingKeepsItsNames(Probe.Outcome outcome) {
    Probe byServer =
        new Probe("server", new Details.Endpoint("http", "10.0.0.7", 80), outcome, SECOND);
    Probe bySuspect = new Probe("orders/a", null, outcome, 1);
    Evidence evidence =
        new Evidence(0, 0, 0, 0, 0, 0, 0, "", "", 0, 0, List.of(byServer, bySuspect));
    List<io.pulsewatch.v1.Probe> told =
        change(null, Cause.SILENCE, evidence).getEvidence().getProbesList();
    assertThat(told).hasSize(2);
    assertThat(told.get(0).getBy()).isEqualTo("server");
    assertThat(told.get(0).getEndpoint().getHost()).isEqualTo("10.0.0.7");
    assertThat(told.get(0).getOutcome().name()).isEqualTo("PROBE_OUTCOME_" + outcome.name());
    assertThat(Nanos.of(told.get(0).getTook())).isEqualTo(SECOND);
    assertThat(told.get(1).hasEndpoint()).isFalse();
  }

  @Test
  void whatWasNoPartOfTheDecisionIsUnset() {
    io.pulsewatch.v1.Change first = change(null, Cause.REGISTERED, Evidence.NONE);
    assertThat(first.hasPrevious()).isFalse();
    assertThat(first.hasEvidence()).isFalse();
    Evidence some = new Evidence(0, 1, 0, 0, 0, Evidence.UNKNOWN, 0, "", "", 0, 0);
    io.pulsewatch.v1.Evidence told = change(null, Cause.LEAVE, some).getEvidence();
    assertThat(told.hasSilence()).isFalse();
    assertThat(told.hasOverdue()).isFalse();
    assertThat(told.hasServerPause()).isFalse();
    assertThat(told.hasSenderLate()).isFalse();
    assertThat(told.hasPlanned()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void causesKeepTheirNames(Cause cause) {
    assertThat(change(null, cause, Evidence.NONE).getCause().name())
        .isEqualTo("CAUSE_" + cause.name());
  }

  private io.pulsewatch.v1.Change change(
      Change.@Nullable Previous previous, Cause cause, Evidence evidence) {
    Entry after = entry(State.DEAD, Details.NONE, null);
    Change change = new Change(43, 1_700_000_000_000L, after, previous, cause, evidence, true);
    return faces.change(change, true, NOW);
  }

  private static Entry entry(State state, Details details, @Nullable OperatorOverride override) {
    return new Entry(
        new InstanceKey("orders", "a"),
        42,
        43,
        state,
        Status.SERVING,
        override,
        details,
        TIMES,
        1_699_999_999_000L,
        SomeVitals.heardAt(NOW.nanos() - SECOND));
  }
}
