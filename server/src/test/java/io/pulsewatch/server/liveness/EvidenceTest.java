package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.Immutable;
import io.pulsewatch.server.detector.DetectorChoice;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each part of the evidence tells two worlds apart that differ in it alone. Interval 2 s, suspect
 * after 4 s, resume window 5 s, timeout 6 s.
 */
final class EvidenceTest {
  private static final long UNKNOWN = Evidence.UNKNOWN;

  /** What happens in a world. The client is not registered yet. */
  @Immutable
  private interface Story extends BiConsumer<Rig, ManualClient> {}

  /** One part of the evidence, and two worlds that differ in it. */
  private enum Part {
    SILENCE_NANOS(
        // As long beyond what it is suspected after, so that the suspicion is the same.
        (rig, client) -> recovers(rig, client, 4_000 * MS, 5_000 * MS),
        (rig, client) -> recovers(rig, client, 3_600 * MS, 4_500 * MS)),
    LAST_SEQUENCE(
        (rig, client) -> dies(rig, client, 1, 3 * SECOND, 2),
        (rig, client) -> dies(rig, client, 1, 3 * SECOND, 1)),
    SKIPPED(
        (rig, client) -> dies(rig, client, 3, 3 * SECOND, 4),
        (rig, client) -> dies(rig, client, 2, SECOND, 4)),
    OVERDUE_NANOS(
        // Both deadlines lie between the same two turns.
        (rig, client) -> staysLost(rig, client, 2 * MS),
        (rig, client) -> staysLost(rig, client, 6 * MS)),
    SERVER_PAUSE_NANOS(
        (rig, client) -> diesAround(rig, client, 10 * MS),
        (rig, client) -> diesAround(rig, client, 2 * SECOND)),
    SENDER_LATE_NANOS(
        (rig, client) -> sends(rig, client, 2_000 * MS),
        (rig, client) -> sends(rig, client, 2_300 * MS)),
    JITTER_NANOS(
        (rig, client) -> strays(rig, client, 3_000 * MS),
        (rig, client) -> strays(rig, client, 3_400 * MS)),
    SUSPICION(
        (rig, client) -> diesAfter(rig, client, 4 * SECOND),
        (rig, client) -> diesAfter(rig, client, 3 * SECOND)),
    TRANSPORT_ERROR(
        (rig, client) -> ends(rig, client, News.End.LOST, "RST_STREAM"),
        (rig, client) -> ends(rig, client, News.End.LOST, "broken pipe")),
    LEAVE_REASON(
        (rig, client) -> ends(rig, client, News.End.LEFT, "SIGTERM"),
        (rig, client) -> ends(rig, client, News.End.LEFT, "done")),
    PLANNED_NANOS(
        (rig, client) -> skipsOne(rig, client, 0, 3),
        (rig, client) -> skipsOne(rig, client, 2 * SECOND, 2)),
    PROBES(
        (rig, client) -> isLookedAt(rig, client, Probe.Outcome.REACHABLE),
        (rig, client) -> isLookedAt(rig, client, Probe.Outcome.REFUSED));

    private final Story one;
    private final Story other;

    Part(Story one, Story other) {
      this.one = one;
      this.other = other;
    }

    boolean is(RecordComponent component) {
      return name()
          .equals(component.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachPartAloneTellsTwoWorldsApart(Part part) throws ReflectiveOperationException {
    Change one = last(part.one);
    Change other = last(part.other);
    assertThat(one.cause()).isEqualTo(other.cause());
    assertThat(one.after().state()).isEqualTo(other.after().state());
    List<RecordComponent> differing = new ArrayList<>();
    for (RecordComponent component : Evidence.class.getRecordComponents()) {
      Object here = component.getAccessor().invoke(one.evidence());
      if (!here.equals(component.getAccessor().invoke(other.evidence()))) {
        differing.add(component);
      }
    }
    assertThat(differing)
        .as("%s%n%s", one.evidence(), other.evidence())
        .singleElement()
        .satisfies(component -> assertThat(part.is(component)).isTrue());
  }

  /** Evidence that no world shows would be evidence of nothing. */
  @Test
  void allPartsAreTried() {
    assertThat(Evidence.class.getRecordComponents())
        .allSatisfy(component -> assertThat(Part.values()).anyMatch(part -> part.is(component)));
    assertThat(Part.values()).hasSameSizeAs(Arrays.asList(Evidence.class.getRecordComponents()));
  }

  /** 5 s of silence: 2 s planned, 1.2 s the sender's, 1.8 s the path's. */
  @Origins
  void theSharesOfASilenceAddUp(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    hear(rig, client, 1, 100 * SECOND, UNKNOWN);
    rig.runTo(6 * SECOND);
    hear(rig, client, 2, 103_200 * MS, 700 * MS);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
    Evidence evidence = rig.last().evidence();
    assertThat(evidence.silenceNanos()).isEqualTo(5 * SECOND);
    assertThat(evidence.plannedNanos()).isEqualTo(2 * SECOND);
    assertThat(evidence.senderLateNanos()).isEqualTo(1_200 * MS);
  }

  /** A backlog comes behind the heartbeat that ended the silence; it is told of that one. */
  @Origins
  void whatFollowsASilenceDoesNotHideIt(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    hear(rig, client, 1, 100 * SECOND, UNKNOWN);
    rig.runTo(6 * SECOND);
    hear(rig, client, 2, 103_200 * MS, UNKNOWN);
    rig.pass(MS);
    hear(rig, client, 3, 104 * SECOND, UNKNOWN);
    rig.turn();
    Evidence evidence = rig.last().evidence();
    assertThat(evidence.silenceNanos()).isEqualTo(5 * SECOND);
    assertThat(evidence.senderLateNanos()).isEqualTo(1_200 * MS);
    assertThat(evidence.lastSequence()).isEqualTo(3);
  }

  /** We slept in the middle of a silence that a heartbeat ended. */
  @Origins
  void ourPauseIsToldOfASilenceThatEnded(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    hear(rig, client, 1, 100 * SECOND, UNKNOWN);
    rig.step(3 * SECOND);
    rig.run(5 * SECOND);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    hear(rig, client, 2, 102 * SECOND, UNKNOWN);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
    Evidence evidence = rig.last().evidence();
    assertThat(evidence.serverPauseNanos()).isEqualTo(3 * SECOND - 10 * MS);
    assertThat(evidence.silenceNanos()).isEqualTo(5 * SECOND + 10 * MS);
  }

  /** Another process has another clock, though its number goes on. */
  @Origins
  void aNewStreamBeginsWithoutAClock(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    hear(rig, client, 1, 100 * SECOND, UNKNOWN);
    client.presented = client.token();
    client.end(News.End.LOST);
    client.register();
    rig.turn();
    rig.runTo(2 * SECOND);
    hear(rig, client, 2, 900 * SECOND, UNKNOWN);
    rig.runTo(9 * SECOND);
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(rig.last().evidence().senderLateNanos()).isEqualTo(UNKNOWN);
  }

  /** A resume ends a silence, too; no heartbeat did, so nothing was planned. */
  @Origins
  void aResumeTellsTheSilenceThatItEnded(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    hear(rig, client, 1, 100 * SECOND, UNKNOWN);
    client.presented = client.token();
    rig.runTo(2 * SECOND);
    client.end(News.End.LOST);
    rig.runTo(4 * SECOND);
    client.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    Evidence evidence = rig.last().evidence();
    assertThat(evidence.silenceNanos()).isEqualTo(3 * SECOND);
    assertThat(evidence.plannedNanos()).isZero();
    assertThat(evidence.transportError()).isEqualTo("text");
  }

  private static Change last(Story story) {
    Rig rig = new Rig(0);
    story.accept(rig, rig.client());
    return rig.last();
  }

  /**
   * Registers.
   *
   * @param suspectAfter 0: the default
   */
  private static void register(Rig rig, ManualClient client, long suspectAfter) {
    client.detector = new DetectorChoice.Fixed(suspectAfter);
    client.register();
    rig.turn();
  }

  private static void recovers(Rig rig, ManualClient client, long suspectAfter, long heardAt) {
    register(rig, client, suspectAfter);
    rig.runTo(heardAt);
    client.heartbeat();
    rig.turn();
  }

  /** Two heartbeats as planned, the second after 5 s. */
  private static void dies(Rig rig, ManualClient client, long first, long firstAt, long second) {
    register(rig, client, 0);
    rig.runTo(firstAt);
    client.heartbeat(first, null);
    rig.runTo(5 * SECOND);
    client.heartbeat(second, null);
    rig.runTo(12 * SECOND);
  }

  private static void isLookedAt(Rig rig, ManualClient client, Probe.Outcome outcome) {
    register(rig, client, 0);
    rig.runTo(5 * SECOND);
    Suspicion suspicion = Suspicion.of(rig.last().after());
    rig.offer(new Command.Probed(suspicion, new Probe("server", null, outcome, MS), null));
    rig.runTo(7 * SECOND);
  }

  private static void staysLost(Rig rig, ManualClient client, long lostAt) {
    register(rig, client, 0);
    rig.step(10 * MS);
    client.heartbeat();
    rig.step(lostAt);
    client.end(News.End.LOST);
    rig.turn();
    rig.step(10 * MS - lostAt);
    rig.run(5_900 * MS);
  }

  private static void diesAround(Rig rig, ManualClient client, long step) {
    register(rig, client, 0);
    rig.runTo(SECOND);
    rig.step(step);
    rig.run(6 * SECOND);
  }

  private static void diesAfter(Rig rig, ManualClient client, long suspectAfter) {
    register(rig, client, suspectAfter);
    rig.run(7 * SECOND);
  }

  /** The same arrivals; by the sender's clock, the second was sent so long after the first. */
  private static void sends(Rig rig, ManualClient client, long apart) {
    register(rig, client, 0);
    hear(rig, client, 1, 50 * SECOND, UNKNOWN);
    rig.runTo(2 * SECOND);
    hear(rig, client, 2, 50 * SECOND + apart, UNKNOWN);
    rig.run(7 * SECOND);
  }

  /** Three heartbeats; the one between comes at this time. */
  private static void strays(Rig rig, ManualClient client, long second) {
    register(rig, client, 0);
    rig.runTo(SECOND);
    hear(rig, client, 1, 0, UNKNOWN);
    rig.runTo(second);
    hear(rig, client, 2, 0, UNKNOWN);
    rig.runTo(5 * SECOND);
    hear(rig, client, 3, 0, UNKNOWN);
    rig.run(7 * SECOND);
  }

  private static void ends(Rig rig, ManualClient client, News.End end, String text) {
    register(rig, client, 0);
    rig.runTo(SECOND);
    rig.post(client.pulse.onEnd(new News.Ending(end, text)), client.pulse);
    rig.turn();
  }

  /** One slot of four is skipped, before the silence or in it. */
  private static void skipsOne(Rig rig, ManualClient client, long firstAt, long second) {
    register(rig, client, 0);
    rig.runTo(firstAt);
    hear(rig, client, 1, 0, UNKNOWN);
    rig.runTo(4 * SECOND);
    hear(rig, client, second, 0, UNKNOWN);
    rig.run(5 * SECOND);
    hear(rig, client, 4, 0, UNKNOWN);
    rig.turn();
  }

  private static void hear(Rig rig, ManualClient client, long sequence, long sent, long late) {
    rig.post(client.pulse.onHeartbeat(sequence, sent, late, null, rig.nanos()), client.pulse);
  }
}
