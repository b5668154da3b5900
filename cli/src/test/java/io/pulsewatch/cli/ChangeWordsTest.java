package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes as people read them. */
final class ChangeWordsTest {
  private static final Instance ALIVE = Samples.instance("orders", "o1", State.STATE_ALIVE);

  @ParameterizedTest
  @CsvSource({
    "STATE_ALIVE, STATE_SUSPECT, CAUSE_STREAM_LOST, ALIVE -> SUSPECT",
    "STATE_SUSPECT, STATE_DEAD, CAUSE_SILENCE, SUSPECT -> DEAD",
    "STATE_SUSPECT, STATE_ALIVE, CAUSE_RESUMED, SUSPECT -> ALIVE",
    "STATE_ALIVE, STATE_LEFT, CAUSE_LEAVE, ALIVE -> LEFT",
    "STATE_ALIVE, STATE_ALIVE, CAUSE_RESUMED, ALIVE -> ALIVE",
    "STATE_DEAD, STATE_DEAD, CAUSE_REMOVED, DEAD -> removed",
    "STATE_ALIVE, STATE_ALIVE, CAUSE_OVERRIDE, ALIVE: no override",
    "STATE_ALIVE, STATE_ALIVE, CAUSE_OVERRIDE_EXPIRED, ALIVE: no override",
  })
  void aStepIsFromStateToState(State before, State after, Cause cause, String words) {
    Instance instance = Samples.instance("orders", "o1", after);
    assertThat(ChangeWords.step(Samples.change(instance, before, cause))).isEqualTo(words);
  }

  @Test
  void aFirstChangeComesFromNowhere() {
    Change change =
        Samples.change(ALIVE, State.STATE_ALIVE, Cause.CAUSE_REGISTERED).toBuilder()
            .clearPrevious()
            .build();
    assertThat(ChangeWords.step(change)).isEqualTo("new -> ALIVE");
  }

  @Test
  void aReportedStatusIsToldWithinItsState() {
    Change change =
        Samples.change(
                ALIVE.toBuilder().setStatus(Status.STATUS_DRAINING).build(),
                State.STATE_ALIVE,
                Cause.CAUSE_REPORTED)
            .toBuilder()
            .setPrevious(
                io.pulsewatch.v1.Previous.newBuilder()
                    .setState(State.STATE_ALIVE)
                    .setStatus(Status.STATUS_SERVING))
            .build();
    assertThat(ChangeWords.step(change)).isEqualTo("ALIVE: SERVING -> DRAINING");
  }

  @Test
  void anOverrideIsToldWithItsReason() {
    Change change =
        Samples.change(
            ALIVE.toBuilder()
                .setOverride(
                    io.pulsewatch.v1.Override.newBuilder()
                        .setKind(OverrideKind.OVERRIDE_KIND_NOT_SERVING)
                        .setReason("drill"))
                .build(),
            State.STATE_ALIVE,
            Cause.CAUSE_OVERRIDE);
    assertThat(ChangeWords.step(change)).isEqualTo("ALIVE: NOT_SERVING");
    assertThat(ChangeWords.evidence(change)).isEqualTo("drill");
  }

  @Test
  void evidenceIsToldInWordsAndInOrder() {
    Change change =
        Samples.change(ALIVE, State.STATE_ALIVE, Cause.CAUSE_SILENCE).toBuilder()
            .setEvidence(
                Evidence.newBuilder()
                    .setSilence(Spans.toProto(Duration.ofMillis(6_049)))
                    .setLastSequence(9)
                    .setSkipped(3)
                    .setOverdue(Spans.toProto(Duration.ofNanos(9_999_999)))
                    .setServerPause(Spans.toProto(Duration.ofMillis(1_500)))
                    .setSenderLate(Spans.toProto(Duration.ofMillis(20)))
                    .setSuspicion(1.5)
                    .setTransportError("connection reset"))
            .setProvisional(true)
            .setLeftView(true)
            .build();
    assertThat(ChangeWords.evidence(change))
        .isEqualTo(
            "silence 6.0 s of 6 s, connection reset, sender skipped 3, sender late 20 ms, server"
                + " paused 1.5 s, provisional, no longer matches");
  }

  @ParameterizedTest
  @EnumSource(names = "UNRECOGNIZED", mode = EnumSource.Mode.EXCLUDE)
  void everyCauseHasWords(Cause cause) {
    assertThat(Words.of(cause)).matches("[a-z ]+");
    assertThat(ChangeWords.step(Samples.change(ALIVE, State.STATE_ALIVE, cause))).isNotEmpty();
  }
}
