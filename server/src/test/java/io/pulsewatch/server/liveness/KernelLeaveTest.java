package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goodbyes that come by a unary call. */
final class KernelLeaveTest {
  private final Rig rig = new Rig(0);
  private final List<Answer.Reply> replies = new ArrayList<>();

  private Answer.Reply leave(Token token, boolean drains) {
    rig.offer(new Command.Leave(replies::add, Rig.KEY, token, drains, "deploy"));
    rig.turn();
    return replies.get(replies.size() - 1);
  }

  private static Answer.Refusal refusal(Answer.Reply reply) {
    return ((Answer.Refused) reply).refusal();
  }

  @Test
  void itDrainsAndItsStreamLivesOn() {
    ManualClient client = rig.registered();
    Answer.Done done = (Answer.Done) leave(client.token(), true);
    rig.assertLast(State.ALIVE, Cause.REPORTED);
    assertThat(rig.last().after().status()).isEqualTo(Status.DRAINING);
    assertThat(done.entry().revision()).isEqualTo(rig.last().revision());
    assertThat(client.lastReply()).isEqualTo(new Answer.Told(0, State.ALIVE, Status.DRAINING));
    rig.runTo(SECOND);
    assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);

    int changes = rig.changes.size();
    Answer.Done again = (Answer.Done) leave(client.token(), true);
    assertThat(rig.changes).as("said before").hasSize(changes);
    assertThat(again.entry().revision()).isEqualTo(rig.last().revision());
  }

  /** It says what it says anyway. */
  @Test
  void aHeartbeatThatSaysSoTooChangesNothing() {
    ManualClient client = rig.registered();
    leave(client.token(), true);
    int changes = rig.changes.size();
    client.heartbeat(1, Status.DRAINING);
    rig.turn();
    assertThat(rig.changes).hasSize(changes);
    client.heartbeat(2, Status.SERVING);
    rig.turn();
    assertThat(rig.last().after().status()).as("taken back").isEqualTo(Status.SERVING);
  }

  @Test
  void itLeavesAndItsStreamCompletes() {
    ManualClient client = rig.registered();
    Answer.Done done = (Answer.Done) leave(client.token(), false);
    rig.assertLast(State.LEFT, Cause.LEAVE);
    assertThat(rig.last().evidence().leaveReason()).isEqualTo("deploy");
    assertThat(done.entry().revision()).isEqualTo(rig.last().revision());
    assertThat(client.lastReply()).isInstanceOf(Answer.Farewell.class);

    Answer.Done again = (Answer.Done) leave(client.token(), false);
    assertThat(again.entry().revision()).isEqualTo(rig.last().revision());
    assertThat(rig.changes).as("said before").hasSize(2);
  }

  @Test
  void onlyItsOwnTokenOpensIt() {
    assertThat(refusal(leave(new Token(1, 2, 3), false)))
        .isEqualTo(Answer.Refusal.UNKNOWN_INSTANCE);
    ManualClient client = rig.registered();
    assertThat(refusal(leave(new Token(client.incarnation(), 2, 3), true)))
        .isEqualTo(Answer.Refusal.SESSION_OVER);
    assertThat(rig.changes).hasSize(1);
    rig.runTo(10 * SECOND);
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(refusal(leave(client.token(), false))).isEqualTo(Answer.Refusal.SESSION_OVER);
  }

  /** It is on its way to the ledger when it is said once more: nobody knows its revision yet. */
  @Test
  void whatIsNotCommittedYetIsNotAnsweredYet() {
    ManualClient client = rig.registered();
    rig.slow = true;
    client.heartbeat(1, Status.DRAINING);
    rig.offer(new Command.Leave(replies::add, Rig.KEY, client.token(), true, ""));
    rig.turn();
    rig.offer(new Command.Leave(replies::add, Rig.KEY, client.token(), false, ""));
    rig.offer(new Command.Leave(replies::add, Rig.KEY, client.token(), false, ""));
    rig.turn();
    assertThat(replies).isEmpty();
    rig.comeBack();
    assertThat(replies)
        .extracting(reply -> ((Answer.Done) reply).entry().state())
        .containsExactly(State.ALIVE, State.LEFT, State.LEFT);
    assertThat(replies)
        .extracting(reply -> ((Answer.Done) reply).entry().revision())
        .containsExactly(
            rig.changes.get(1).revision(), rig.last().revision(), rig.last().revision());
  }

  /** Its name has gone on to somebody else before the ledger knew. */
  @Test
  void whoIsSucceededMeanwhileIsAnsweredToo() {
    ManualClient client = rig.registered();
    rig.slow = true;
    Token token = client.token();
    rig.offer(new Command.Leave(replies::add, Rig.KEY, token, false, ""));
    rig.offer(new Command.Leave(replies::add, Rig.KEY, token, false, ""));
    rig.client().register();
    rig.turn();
    assertThat(replies).isEmpty();
    rig.comeBack();
    assertThat(replies)
        .extracting(reply -> ((Answer.Done) reply).entry().revision())
        .containsExactly(rig.changes.get(1).revision(), rig.changes.get(1).revision());
  }
}
