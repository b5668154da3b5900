package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.detector.DetectorChoice;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What came of asking: interval 2 s, suspect after 4 s, timeout 6 s, resume window 5 s. */
final class KernelProbeTest {
  private static final Details.Endpoint ENDPOINT = new Details.Endpoint("http", "10.0.0.7", 80);
  private static final Probe REACHABLE =
      new Probe("server", ENDPOINT, Probe.Outcome.REACHABLE, 3 * MS);
  private static final Probe PROVEN =
      new Probe(Rig.KEY.toString(), null, Probe.Outcome.PROVEN, 2 * MS);

  private static final long[] ORIGINS = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE};

  private static Suspicion suspicion(Rig rig) {
    return Suspicion.of(rig.last().after());
  }

  /** The suspect's stream brings its answer now. */
  private static void answer(Rig rig, ManualClient client) {
    rig.offer(new Command.Probed(suspicion(rig), PROVEN, own(rig, client)));
  }

  private static Command.OwnAnswer own(Rig rig, ManualClient client) {
    long asked = client.pulse.onAsked(rig.nanos());
    return Objects.requireNonNull(client.pulse.onAnswer(asked, 0, rig.nanos()));
  }

  @Origins
  void aSuspectIsAskedOnItsOpenStream(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    assertThat(client.replies.get(1))
        .isInstanceOfSatisfying(
            Answer.Asked.class,
            asked -> {
              assertThat(asked.suspicion()).isEqualTo(suspicion(rig));
              assertThat(asked.withinNanos()).isBetween(SECOND - 20 * MS, SECOND);
            });
    assertThat(client.lastReply()).isEqualTo(new Answer.Told(0, State.SUSPECT, Status.SERVING));
  }

  /** Whatever anybody else says, the verdict comes when it would have come. */
  @ParameterizedTest
  @EnumSource
  void whatOthersSawEndsNoSuspicion(Probe.Outcome outcome) {
    Rig rig = new Rig(0);
    rig.registered();
    rig.runTo(5 * SECOND);
    Probe seen = new Probe("server", ENDPOINT, outcome, 3 * MS);
    rig.offer(new Command.Probed(suspicion(rig), seen, null));
    rig.turn();
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    assertThat(rig.changes).hasSize(2);
    rig.runTo(6 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 6 * SECOND);
    assertThat(rig.last().evidence().probes()).containsExactly(seen);
  }

  @Origins
  void itsOwnAnswerEndsTheSuspicion(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    rig.offer(new Command.Probed(suspicion(rig), REACHABLE, null));
    answer(rig, client);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.RECOVERED, 5 * SECOND);
    Evidence evidence = rig.last().evidence();
    assertThat(evidence.probes()).containsExactly(REACHABLE, PROVEN);
    assertThat(evidence.silenceNanos()).isEqualTo(5 * SECOND);
    assertThat(client.lastReply())
        .as("an ack that renews no fence")
        .isEqualTo(new Answer.Told(0, State.ALIVE, Status.SERVING));
    rig.runTo(9 * SECOND - 1);
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 9 * SECOND);
    assertThat(rig.last().evidence().probes()).as("a suspicion of its own").isEmpty();
    rig.runTo(11 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 11 * SECOND);
  }

  /** It is no heartbeat: the next one has the next number, and its status counts. */
  @Origins
  void itsOwnAnswerCountsNoSlot(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    client.heartbeat(3, null);
    rig.runTo(5 * SECOND);
    answer(rig, client);
    rig.turn();
    assertThat(client.heartbeat(4, Status.DRAINING)).isEqualTo(Pulse.Outcome.POST);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.REPORTED);
    assertThat(rig.last().after().status()).isEqualTo(Status.DRAINING);
    assertThat(rig.last().evidence().skipped()).isZero();
    assertThat(client.heartbeat()).as("the mark is lifted").isEqualTo(Pulse.Outcome.ACK);
  }

  /** It has arrived, so it counts, even while its letter lies in the mailbox, or was dropped. */
  @Origins
  void itsOwnAnswerCountsAtItsArrival(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(6 * SECOND - MS);
    own(rig, client);
    rig.runTo(11 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.runTo(12 * SECOND - 2 * MS);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 12 * SECOND - MS);
  }

  /**
   * Asked at 5 s, within 500 ms, with so much of the time in which its reader did not run: dead 6 s
   * after what it was heard last.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0, true, 11000",
    "499, 0, true, 11499",
    "500, 0, true, 11500",
    "501, 0, false, 6000",
    "900, 0, false, 6000",
    // 10 ms of a pause are a tick.
    "900, 410, true, 11900",
    "900, 409, false, 6399",
  })
  void anAnswerRenewsOnlyWithinItsTime(
      long tookMillis, long pausedMillis, boolean renews, long deadMillis) {
    for (long origin : ORIGINS) {
      Rig rig = new Rig(origin);
      ManualClient client = rig.registered();
      rig.runTo(5 * SECOND);
      long asked = client.pulse.onAsked(rig.nanos());
      rig.run((tookMillis - pausedMillis) * MS);
      rig.pass(pausedMillis * MS);
      Command.OwnAnswer own = client.pulse.onAnswer(asked, 500 * MS, rig.nanos());
      assertThat(own != null).isEqualTo(renews);
      rig.runTo((deadMillis - 45) * MS);
      assertThat(rig.state()).isNotEqualTo(State.DEAD);
      rig.run(100 * MS);
      rig.assertLast(State.DEAD, Cause.SILENCE);
    }
  }

  @Origins
  void anAnswerThatComesTooLateChangesNothing(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    Suspicion suspicion = suspicion(rig);
    rig.runTo(7 * SECOND);
    assertThat(rig.state()).isEqualTo(State.DEAD);
    rig.offer(new Command.Probed(suspicion, PROVEN, own(rig, client)));
    rig.settle();
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(rig.changes).hasSize(3);
  }

  @Origins
  void anAnswerOfAnotherSuspicionChangesNothing(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    Suspicion first = suspicion(rig);
    client.heartbeat();
    rig.turn();
    rig.runTo(10 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    Command.OwnAnswer own = new Command.OwnAnswer(client.pulse, 0);
    rig.offer(new Command.Probed(first, PROVEN, own));
    rig.offer(new Command.Probed(first, REACHABLE, null));
    Suspicion now = suspicion(rig);
    rig.offer(
        new Command.Probed(
            new Suspicion(now.key(), now.incarnation() - 1, now.sinceMillis()), PROVEN, own));
    rig.offer(
        new Command.Probed(
            new Suspicion(new InstanceKey("orders", "b"), 1, now.sinceMillis()), PROVEN, own));
    rig.turn();
    assertThat(rig.changes).hasSize(4);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    rig.runTo(11 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 11 * SECOND);
    assertThat(rig.last().evidence().probes()).isEmpty();
  }

  /** Its stream is lost: who answers now answers on a stream that is not its own any more. */
  @Origins
  void anAnswerOnALostStreamEndsNothing(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND / 2);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, SECOND / 2);
    assertThat(client.replies).as("nobody to ask").hasSize(1);
    rig.offer(
        new Command.Probed(suspicion(rig), PROVEN, new Command.OwnAnswer(client.pulse, SECOND)));
    rig.offer(new Command.Probed(suspicion(rig), REACHABLE, null));
    rig.runTo(11 * SECOND / 2 - 1);
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 11 * SECOND / 2);
    assertThat(rig.last().evidence().probes()).containsExactly(REACHABLE);
  }

  @Origins
  void aHeartbeatThatEndsItTellsThemToo(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    rig.offer(new Command.Probed(suspicion(rig), REACHABLE, null));
    client.heartbeat();
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.RECOVERED, 5 * SECOND);
    assertThat(rig.last().evidence().probes()).containsExactly(REACHABLE);
    rig.offer(new Command.Probed(suspicion(rig), REACHABLE, null));
    client.end(News.End.LEFT);
    rig.turn();
    assertThat(rig.last().evidence().probes()).isEmpty();
  }

  @Origins
  void soManyAreKeptAndALaterWordReplacesAnEarlierOne(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    rig.runTo(5 * SECOND);
    Suspicion suspicion = suspicion(rig);
    for (int i = 0; i < 2 * Probe.MAX_KEPT; i++) {
      Probe seen = new Probe("orders/" + i, ENDPOINT, Probe.Outcome.NO_ANSWER, i);
      rig.offer(new Command.Probed(suspicion, seen, null));
    }
    Probe later = new Probe("orders/0", ENDPOINT, Probe.Outcome.REACHABLE, 1);
    rig.offer(new Command.Probed(suspicion, later, null));
    rig.runTo(7 * SECOND);
    assertThat(rig.last().evidence().probes())
        .hasSize(Probe.MAX_KEPT)
        .contains(later)
        .filteredOn(probe -> probe.by().equals("orders/0"))
        .hasSize(1);
  }

  /** The silence that held it was no gap between heartbeats: it teaches the detector nothing. */
  @Origins
  void itsOwnAnswerTeachesNothing(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.detector = DetectorChoice.DEFAULT;
    client.register();
    rig.turn();
    for (int i = 1; i <= 100; i++) {
      rig.runTo(2L * i * SECOND);
      client.heartbeat();
    }
    long before = client.pulse.jitterNanos();
    for (int i = 0; i < 20; i++) {
      for (int seconds = 0; seconds < 3; seconds++) {
        rig.run(SECOND);
        own(rig, client);
      }
      rig.run(SECOND);
      client.heartbeat();
    }
    assertThat(rig.changes).as("it was never silent").hasSize(1);
    assertThat(client.pulse.jitterNanos()).isEqualTo(before);
  }
}
