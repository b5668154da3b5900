package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client whose connection swallows what it sends comes back through another reader, right at its
 * deadline, while we still hold its old stream for open. Suspect after 4 s, timeout 6 s.
 */
final class KernelReconnectTest {

  /** Its old stream was read by the first reader; what it sends now arrives at the second. */
  private static ManualClient back(Rig rig, ManualClient old) {
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = old.token();
    return next;
  }

  /**
   * What the other reader has read lies in our mailbox, and mail is drained before anybody dies.
   */
  @Origins
  void whatAnotherReaderHasReadCountsFirst(long origin) {
    Rig rig = new Rig(origin);
    ManualClient old = rig.registered();
    rig.runTo(6 * SECOND - MS);
    rig.step(9 * MS); // its deadline has passed, and its reader is asked to look
    rig.pass(MS);
    rig.awaken(rig.first);
    rig.awaken(rig.first); // in vain
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    ManualClient next = back(rig, old);
    next.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    assertThat(next.incarnation()).isEqualTo(old.incarnation());
  }

  /**
   * What lies unread in the socket of another reader is not waited for: only the reader of the open
   * stream is asked to look, whether the other one is a moment behind or stuck for long. That is
   * within the promise, since its silence has reached its timeout by the clocks of all who read
   * that stream, and no sooner: its fence has told it before. Its resume is answered: start anew.
   */
  @ParameterizedTest
  @CsvSource({"5990", "2000"})
  void whatAnotherReaderHasNotReadIsNotWaitedFor(long stuckFromMillis) {
    Rig rig = new Rig(0);
    ManualClient old = rig.registered();
    rig.runTo(stuckFromMillis * MS);
    ManualClient next = back(rig, old); // and its register arrives, readable, and is not read
    while (rig.nanos() < 6 * SECOND) {
      assertThat(rig.state()).isNotEqualTo(State.DEAD);
      rig.runWithout(rig.second, 10 * MS);
    }
    rig.runWithout(rig.second, 40 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(rig.last().evidence().silenceNanos()).isGreaterThanOrEqualTo(6 * SECOND);
    rig.awaken(rig.second);
    next.register();
    rig.turn();
    assertThat(next.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
  }

  /** Once we know that its stream is lost, every reader is waited for. */
  @Origins
  void withoutAStreamAnyReaderMayBringIt(long origin) {
    Rig rig = new Rig(origin);
    ManualClient old = rig.registered();
    rig.runTo(1_900 * MS);
    old.end(News.End.LOST);
    rig.turn();
    rig.runTo(5_990 * MS);
    ManualClient next = back(rig, old);
    rig.runWithout(rig.second, 200 * MS);
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    next.register();
    rig.awaken(rig.second);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    assertThat(next.incarnation()).isEqualTo(old.incarnation());
  }
}
