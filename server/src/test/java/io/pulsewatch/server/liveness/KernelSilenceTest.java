package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** Silence on an open stream: interval 2 s, suspect after 4 s, timeout 6 s. */
final class KernelSilenceTest {

  @Origins
  void silentFromTheStart(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(4 * SECOND - 1);
    rig.assertLast(State.ALIVE, Cause.REGISTERED);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 4 * SECOND);
    assertThat(client.lastReply()).isEqualTo(new Answer.Told(0, State.SUSPECT, Status.SERVING));
    rig.runTo(6 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    assertThat(rig.kernel.live()).isEqualTo(1);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 6 * SECOND);
    assertThat(client.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
    assertThat(rig.kernel.live()).isZero();
    assertThat(rig.changes).hasSize(3);
  }

  @Origins
  void evidenceSaysWhy(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.pulse.onHeartbeat(3, 0, 7 * MS, null, rig.nanos());
    client.pulse.onHeartbeat(6, 0, 7 * MS, null, rig.nanos());
    rig.runTo(8 * SECOND);
    Evidence evidence = rig.last().evidence();
    assertThat(evidence.silenceNanos()).isBetween(6 * SECOND, 6 * SECOND + 40 * MS);
    assertThat(evidence.overdueNanos()).isEqualTo(evidence.silenceNanos() - 6 * SECOND);
    assertThat(evidence.lastSequence()).isEqualTo(6);
    assertThat(evidence.skipped()).isEqualTo(2);
    assertThat(evidence.senderLateNanos()).isEqualTo(7 * MS);
    assertThat(evidence.serverPauseNanos()).isZero();
    assertThat(evidence.suspicion()).isBetween(1.5, 1.52);
    assertThat(evidence.transportError()).isEmpty();
    assertThat(rig.last().previous()).extracting(Change.Previous::state).isEqualTo(State.SUSPECT);
  }

  @Origins
  void heartbeatsMoveTheDeadlineAndMakeNoChange(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    for (int i = 0; i < 20; i++) {
      rig.run(3_900 * MS);
      assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
    }
    assertThat(rig.changes).hasSize(1);
    long last = rig.nanos() - origin;
    rig.runTo(last + 4 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, last + 4 * SECOND);
  }

  @Origins
  void aHeartbeatEndsASuspicion(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    assertThat(client.heartbeat()).as("only the loop decides").isEqualTo(Pulse.Outcome.POST);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.RECOVERED, 5 * SECOND);
    assertThat(rig.last().evidence().silenceNanos()).isEqualTo(5 * SECOND);
    assertThat(client.lastReply())
        .isEqualTo(
            new Answer.Heard(
                1, 5 * SECOND, State.ALIVE, Status.SERVING, Rig.TIMES, Times.AS_GRANTED, 0));
    assertThat(client.heartbeat()).as("the mark is lifted").isEqualTo(Pulse.Outcome.ACK);
    rig.runTo(11 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 11 * SECOND);
  }

  @Origins
  void aHeartbeatThatArrivedCountsBeforeADeadlineThatPassed(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(6 * SECOND - 5 * MS);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.pass(5 * MS);
    client.heartbeat();
    rig.pass(20 * MS);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
  }

  @Origins
  void newsThatLieInTheInboxHoldAVerdictBack(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    // The reader has written the news, but not yet put the pulse into the mailbox.
    Pulse.Outcome outcome = client.pulse.onHeartbeat(1, 0, 0, null, rig.nanos() - 5 * SECOND);
    assertThat(outcome).isEqualTo(Pulse.Outcome.POST);
    rig.runTo(7 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.post(outcome, client.pulse);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
  }

  /** The heartbeat comes between the look at the deadline and the look at the mark. */
  @Origins
  void aMarkIsTakenBackWhereAHeartbeatCame(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client(new ManualReader(origin), Rig.KEY);
    Late late = new Late(origin);
    client.pulse = new Pulse(late, rig.loopClock, origin);
    rig.offer(
        new Command.Register(
            client,
            Rig.KEY,
            client.pulse,
            "",
            null,
            client.offered,
            false,
            Details.NONE,
            Rig.TIMES,
            Status.SERVING,
            null,
            "",
            origin));
    rig.turn();
    late.onLook = () -> client.heartbeat();
    for (int i = 0; i < 410; i++) {
      late.clock.tick(rig.nanos());
      rig.step(10 * MS);
    }
    assertThat(late.looked).isTrue();
    assertThat(client.replies).hasSize(1);
    assertThat(rig.changes).hasSize(1);
    assertThat(client.pulse.isMarked()).isFalse();
    assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
  }

  @Origins
  void statusReportsAreChanges(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.heartbeat(1, Status.NOT_SERVING);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.REPORTED, SECOND);
    assertThat(rig.last().after().status()).isEqualTo(Status.NOT_SERVING);
    assertThat(rig.last().after().serving()).isFalse();
    assertThat(client.lastReply())
        .isEqualTo(
            new Answer.Heard(
                1, SECOND, State.ALIVE, Status.NOT_SERVING, Rig.TIMES, Times.AS_GRANTED, 0));
    client.heartbeat(2, Status.SERVING);
    client.heartbeat(3, Status.NOT_SERVING);
    rig.turn();
    assertThat(rig.changes).as("it came back before the loop looked").hasSize(2);
    rig.runTo(5 * SECOND - 1);
    assertThat(rig.state()).as("a sign of life, whatever it says").isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 5 * SECOND);
  }

  @Origins
  void theDeadAreNotHeard(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(7 * SECOND);
    assertThat(rig.state()).isEqualTo(State.DEAD);
    int told = rig.answers.size();
    assertThat(client.heartbeat(1, Status.DEGRADED)).isEqualTo(Pulse.Outcome.POST);
    client.end(News.End.LEFT);
    rig.runTo(9 * SECOND);
    assertThat(rig.changes).hasSize(3);
    assertThat(rig.answers).hasSize(told);
  }

  /** A reader that another thread would be: it acts when the loop asks whether it has passed. */
  private static final class Late implements Reader {
    private final AwakeClock clock;
    private boolean looked;
    private Runnable onLook = () -> {};

    Late(long nowNanos) {
      this.clock = new AwakeClock(nowNanos);
    }

    @Override
    public AwakeClock clock() {
      return clock;
    }

    @Override
    public long ticket() {
      return 1;
    }

    @Override
    public boolean passed(long ticket) {
      if (!looked) {
        looked = true;
        onLook.run();
      }
      return true;
    }

    @Override
    public void nudge() {}
  }
}
