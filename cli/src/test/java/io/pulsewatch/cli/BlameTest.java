package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.Probe;
import io.pulsewatch.v1.ProbeOutcome;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose fault it was, as people read it. Interval 2 s, timeout 6 s. */
final class BlameTest {
  private static final Instance ALIVE = Samples.instance("orders", "o1", State.STATE_ALIVE);
  private static final Instance SUSPECT = Samples.instance("orders", "o1", State.STATE_SUSPECT);
  private static final Instance DEAD = Samples.instance("orders", "o1", State.STATE_DEAD);

  /** A silence of 5 s that a heartbeat ended, and who was to blame for the 3 s too many. */
  @ParameterizedTest(name = "planned {0} ms, sender late {1} ms")
  @CsvSource(
      delimiter = '|',
      value = {
        "2000 | 0    | Sent on time, it came 3.0 s late: the path was slow (a lost TCP segment stalls"
            + " about 0.2, 0.6 or 1.4 s).",
        "2000 | 3000 | It was sent 3.0 s late by the sender's own clock: the sender was starved.",
        "2000 | 9000 | It was sent 9.0 s late by the sender's own clock: the sender was starved.",
        "4000 | 1000 | The sender skipped 1 slot (2.0 s): it was stopped or starved, and knows it."
            + " + It was sent 1.0 s late by the sender's own clock: the sender was starved.",
        "4000 | 0    | The sender skipped 1 slot (2.0 s): it was stopped or starved, and knows it."
            + " + On its way it lost another 1.0 s: the path was slow (a lost TCP segment stalls"
            + " about 0.2, 0.6 or 1.4 s).",
        "2000 | 1200 | On its way it lost another 1.8 s: the path was slow (a lost TCP segment stalls"
            + " about 0.2, 0.6 or 1.4 s). + It was sent 1.2 s late by the sender's own clock: the"
            + " sender was starved.",
        "2000 |      | It came 3.0 s late; the sender shows no clock, so nobody can tell sender from"
            + " path.",
        "4000 |      | The sender skipped 1 slot (2.0 s): it was stopped or starved, and knows it."
            + " + It came 1.0 s late; the sender shows no clock, so nobody can tell sender from"
            + " path.",
        // Less than a twentieth of what was too much is nobody's fault.
        "2000 | 140  | Sent on time, it came 2.8 s late: the path was slow (a lost TCP segment stalls"
            + " about 0.2, 0.6 or 1.4 s).",
        // What was planned was not late, whatever the numbers say.
        "9000 | 0    | The sender skipped 3 slots (7.0 s): it was stopped or starved, and knows it.",
      })
  void aSilenceThatEndedIsDivided(long planned, @Nullable Long late, String sentences) {
    Evidence.Builder evidence = Evidence.newBuilder().setSilence(ms(5_000)).setPlanned(ms(planned));
    if (late != null) {
      evidence.setSenderLate(ms(late));
    }
    List<String> told =
        Blame.of(change(ALIVE, State.STATE_SUSPECT, Cause.CAUSE_RECOVERED, evidence));
    assertThat(told.get(0)).isEqualTo("Heartbeat #0 ended a silence of 5.0 s (timeout 6 s).");
    assertThat(String.join(" + ", told.subList(1, told.size()))).isEqualTo(sentences);
  }

  @Test
  void nobodyIsToBlameForNothing() {
    Evidence.Builder evidence =
        Evidence.newBuilder().setSilence(ms(2_009)).setPlanned(ms(2_000)).setSenderLate(ms(0));
    assertThat(Blame.of(change(ALIVE, State.STATE_SUSPECT, Cause.CAUSE_RECOVERED, evidence)))
        .contains("Nobody was late by much: the silence allowed was short.");
  }

  /** Two worlds that differ in one field only are told differently. */
  @ParameterizedTest
  @EnumSource
  void eachPartOfTheEvidenceDecides(Part part) {
    Evidence.Builder with = Evidence.newBuilder(part.base);
    part.change(with);
    List<FieldDescriptor> differing = new ArrayList<>();
    for (FieldDescriptor field : Evidence.getDescriptor().getFields()) {
      if (!with.build()
          .getAllFields()
          .getOrDefault(field, "")
          .equals(part.base.getAllFields().getOrDefault(field, ""))) {
        differing.add(field);
      }
    }
    assertThat(differing).extracting(FieldDescriptor::getName).containsExactly(part.field());
    List<String> without = Blame.of(part.told(part.base.toBuilder()));
    List<String> told = Blame.of(part.told(with));
    assertThat(told).isNotEqualTo(without);
    assertThat(told).anySatisfy(sentence -> assertThat(sentence).contains(part.words));
    assertThat(without).noneSatisfy(sentence -> assertThat(sentence).contains(part.words));
  }

  /** A field that nobody put here would be told to nobody. */
  @Test
  void allPartsAreTried() {
    assertThat(Part.values())
        .extracting(Part::field)
        .containsExactlyInAnyOrderElementsOf(
            Evidence.getDescriptor().getFields().stream().map(FieldDescriptor::getName).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PROBE_OUTCOME_PROVEN    | it lives and proved it in 12 ms, so its heartbeats are late, not its"
            + " life.",
        "PROBE_OUTCOME_REACHABLE | something answers there (12 ms), maybe a successor on the port, maybe"
            + " a kernel for a process that stands still.",
        "PROBE_OUTCOME_REFUSED   | refused after 12 ms: the machine lives, nobody listens there.",
        "PROBE_OUTCOME_NO_ANSWER | no answer within 12 ms.",
        "PROBE_OUTCOME_DECLINED  | the prober did not look.",
      })
  void probesAreTold(ProbeOutcome outcome, String words) {
    Endpoint endpoint = Endpoint.newBuilder().setName("grpc").setHost("h").setPort(80).build();
    Probe probe = Probe.newBuilder().setBy("server").setOutcome(outcome).setTook(ms(12)).build();
    Evidence.Builder evidence =
        Evidence.newBuilder()
            .addProbes(probe.toBuilder().setBy("orders/o1"))
            .addProbes(probe.toBuilder().setEndpoint(endpoint))
            .addProbes(probe.toBuilder().setBy("pay/p1").setEndpoint(endpoint));
    assertThat(Blame.of(change(SUSPECT, State.STATE_ALIVE, Cause.CAUSE_SILENCE, evidence)))
        .contains("Asked on its own stream: " + words)
        .contains("We looked at grpc=h:80: " + words)
        .contains("Its peer pay/p1 looked at grpc=h:80: " + words);
  }

  /** Nobody is said to have been asked who was not. */
  @ParameterizedTest(name = "{0}, {1} at an endpoint: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "STATE_SUSPECT | PROBE_OUTCOME_PROVEN    | false | No heartbeat after #17, but it answered when"
            + " we asked, and ended a silence of 5.0 s (timeout 6 s).",
        "STATE_SUSPECT | PROBE_OUTCOME_PROVEN    | true  | A sign of life ended a silence of 5.0 s"
            + " (timeout 6 s).",
        "STATE_SUSPECT | PROBE_OUTCOME_NO_ANSWER | false | A sign of life ended a silence of 5.0 s"
            + " (timeout 6 s).",
        "STATE_SUSPECT |                         | false | A sign of life ended a silence of 5.0 s"
            + " (timeout 6 s).",
        "STATE_ALIVE   |                         | false | It has settled and may serve again.",
        "STATE_ALIVE   | PROBE_OUTCOME_PROVEN    | false | It has settled and may serve again.",
      })
  void whatEndedASilenceWithoutANumberedHeartbeat(
      State before, @Nullable ProbeOutcome outcome, boolean elsewhere, String sentence) {
    Evidence.Builder evidence = Evidence.newBuilder().setSilence(ms(5_000)).setLastSequence(17);
    if (outcome != null) {
      Probe.Builder probe = evidence.addProbesBuilder().setOutcome(outcome);
      if (elsewhere) {
        probe.setEndpoint(Endpoint.newBuilder().setHost("h").setPort(80));
      }
    }
    assertThat(Blame.of(change(ALIVE, before, Cause.CAUSE_RECOVERED, evidence)).get(0))
        .isEqualTo(sentence);
  }

  @Test
  void aStreamThatBrokeIsNoGoodbye() {
    Evidence.Builder evidence =
        Evidence.newBuilder()
            .setSilence(ms(480))
            .setLastSequence(17)
            .setTransportError("CANCELLED: RST_STREAM");
    assertThat(Blame.of(change(SUSPECT, State.STATE_ALIVE, Cause.CAUSE_STREAM_LOST, evidence)))
        .containsExactly(
            "Its stream was reset or broke (CANCELLED: RST_STREAM) without a goodbye: it died, or"
                + " something cut the path.",
            "It had been silent for 480 ms (timeout 6 s, last heard #17).");
    assertThat(Blame.of(change(DEAD, State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST, evidence)))
        .contains(
            "Its stream was reset or broke (CANCELLED: RST_STREAM), and it did not come back in time"
                + " on another one.");
    assertThat(Blame.of(change(ALIVE, State.STATE_SUSPECT, Cause.CAUSE_RESUMED, evidence)))
        .containsExactly(
            "Its stream was lost (CANCELLED: RST_STREAM), and it came back on another one after"
                + " 480 ms (timeout 6 s, last heard #17): it was cut off, not dead.");
  }

  @Test
  void silenceOnAnOpenStreamHasTwoExplanations() {
    Evidence.Builder evidence =
        Evidence.newBuilder()
            .setSilence(ms(6_004))
            .setLastSequence(17)
            .setSuspicion(1.5)
            .setSenderLate(ms(9))
            .setOverdue(ms(4));
    assertThat(Blame.of(change(DEAD, State.STATE_SUSPECT, Cause.CAUSE_SILENCE, evidence)))
        .containsExactly(
            "Nothing came for 6.0 s (timeout 6 s, last heard #17), though its stream stayed open: it"
                + " stopped or hangs, or the path swallows what it sends.",
            "That is 1.50 times the silence at which it is suspected.");
  }

  @Test
  void operatorsAndGoodbyesAreQuoted() {
    Instance overridden =
        ALIVE.toBuilder()
            .setOverride(
                io.pulsewatch.v1.Override.newBuilder()
                    .setKind(OverrideKind.OVERRIDE_KIND_MAINTENANCE)
                    .setReason("new disk"))
            .build();
    assertThat(told(overridden, Cause.CAUSE_OVERRIDE)).isEqualTo("An operator said so: new disk.");
    assertThat(told(ALIVE, Cause.CAUSE_OVERRIDE)).isEqualTo("An operator took the override away.");
    assertThat(told(ALIVE, Cause.CAUSE_LEAVE)).isEqualTo("It said goodbye, without a reason.");
    assertThat(told(ALIVE, Cause.CAUSE_PROGRESS_STALLED)).contains("move again");
    assertThat(
            told(
                ALIVE.toBuilder().setStatus(Status.STATUS_DEGRADED).build(),
                Cause.CAUSE_PROGRESS_STALLED))
        .contains("stands still");
  }

  @Test
  void whatMayBeTakenBackIsSaid() {
    Change change =
        change(DEAD, State.STATE_SUSPECT, Cause.CAUSE_SILENCE, Evidence.newBuilder()).toBuilder()
            .setProvisional(true)
            .build();
    assertThat(Blame.of(change))
        .contains("Told ahead of a slow disk: a crash of the server may take it back.");
  }

  @ParameterizedTest
  @EnumSource
  void everyCauseHasASentence(Cause cause) {
    Change.Builder change = Change.newBuilder().setInstance(ALIVE);
    if (cause != Cause.UNRECOGNIZED) {
      change.setCause(cause);
    }
    assertThat(Blame.of(change.build()))
        .isNotEmpty()
        .allSatisfy(sentence -> assertThat(sentence).matches("[A-Z].*\\."));
  }

  /** One field of the evidence, in a world where it alone makes the difference. */
  private enum Part {
    SILENCE("5.0 s") {
      @Override
      void change(Evidence.Builder world) {
        world.setSilence(ms(5_000));
      }
    },
    LAST_SEQUENCE("#18") {
      @Override
      void change(Evidence.Builder world) {
        world.setLastSequence(18);
      }
    },
    SKIPPED("It had skipped 3 slots on this stream.") {
      @Override
      void change(Evidence.Builder world) {
        world.setSkipped(3);
      }
    },
    OVERDUE("We decided 12 ms after the deadline.") {
      @Override
      void change(Evidence.Builder world) {
        world.setOverdue(ms(12));
      }
    },
    SERVER_PAUSE("We paused for 2.0 s, which does not count.") {
      @Override
      void change(Evidence.Builder world) {
        world.setServerPause(ms(2_000));
      }
    },
    SENDER_LATE("the sender was starved") {
      @Override
      void change(Evidence.Builder world) {
        world.setSenderLate(ms(1_200));
      }
    },
    JITTER("Of late its heartbeats came within about 3.0 ms of the plan.") {
      @Override
      void change(Evidence.Builder world) {
        world.setJitter(ms(3));
      }
    },
    SUSPICION("1.50 times") {
      @Override
      void change(Evidence.Builder world) {
        world.setSuspicion(1.5);
      }
    },
    TRANSPORT_ERROR("RST_STREAM") {
      @Override
      void change(Evidence.Builder world) {
        world.setTransportError("RST_STREAM");
      }
    },
    PROBES("nobody listens there") {
      @Override
      void change(Evidence.Builder world) {
        world.addProbes(Probe.newBuilder().setOutcome(ProbeOutcome.PROBE_OUTCOME_REFUSED));
      }
    },
    LEAVE_REASON("SIGTERM") {
      @Override
      void change(Evidence.Builder world) {
        world.setLeaveReason("SIGTERM");
      }

      @Override
      Change told(Evidence.Builder world) {
        return BlameTest.change(ALIVE, State.STATE_ALIVE, Cause.CAUSE_LEAVE, world);
      }
    },
    PLANNED("The sender skipped 1 slot (2.0 s)") {
      @Override
      void change(Evidence.Builder world) {
        world.setPlanned(ms(4_000));
      }

      @Override
      Change told(Evidence.Builder world) {
        return BlameTest.change(ALIVE, State.STATE_SUSPECT, Cause.CAUSE_RECOVERED, world);
      }
    };

    final Evidence base =
        Evidence.newBuilder()
            .setSilence(ms(4_000))
            .setLastSequence(17)
            .setSuspicion(1)
            .setSenderLate(ms(0))
            .build();
    final String words;

    Part(String words) {
      this.words = words;
    }

    String field() {
      return name().toLowerCase(Locale.ROOT);
    }

    abstract void change(Evidence.Builder world);

    Change told(Evidence.Builder world) {
      return BlameTest.change(SUSPECT, State.STATE_ALIVE, Cause.CAUSE_SILENCE, world);
    }
  }

  private static String told(Instance after, Cause cause) {
    return Blame.of(change(after, State.STATE_ALIVE, cause, Evidence.newBuilder())).get(0);
  }

  private static Change change(
      Instance after, State before, Cause cause, Evidence.Builder evidence) {
    return Samples.change(after, before, cause).toBuilder().setEvidence(evidence).build();
  }

  private static com.google.protobuf.Duration ms(long millis) {
    return Spans.toProto(Duration.ofMillis(millis));
  }
}
