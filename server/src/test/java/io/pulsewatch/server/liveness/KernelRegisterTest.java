package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may have a name. Interval 2 s, so a holder without a stream holds it for 3 s. */
final class KernelRegisterTest {

  /** What became of the holder, who asks and how, and what comes of it. */
  private enum Holder {
    OPEN,
    LOST,
    LEFT,
    BEAT,
    NONE
  }

  @ParameterizedTest(name = "{0} after {1} ms, asked by {2}, take over {3}: {4}")
  @CsvSource({
    "NONE,     0, stranger,    false, NEW",
    "NONE,     0, stale token, false, SESSION_OVER",
    "OPEN,  1000, stranger,    false, HOLDER_ALIVE",
    "OPEN,  5900, stranger,    false, HOLDER_ALIVE",
    "OPEN,  1000, stranger,    true,  SUPERSEDED",
    "OPEN,  1000, token,       false, RESUMED",
    "OPEN,  1000, token,       true,  RESUMED",
    "OPEN,  1000, process,     false, RESUMED",
    "OPEN,  1000, process,     true,  RESUMED",
    "OPEN,  1000, stale token, false, SESSION_OVER",
    "OPEN,  1000, stale token, true,  SESSION_OVER",
    "OPEN,  1000, bad secret,  false, SESSION_OVER",
    "OPEN,  1000, bad secret and process, false, RESUMED",
    "LOST,     0, stranger,    false, SUPERSEDED",
    "LOST,  1000, stranger,    false, SUPERSEDED",
    "LOST,  1000, stranger,    true,  SUPERSEDED",
    "LOST,  1000, token,       false, RESUMED",
    "LOST,  4999, token,       false, RESUMED",
    "LOST,  5100, token,       false, SESSION_OVER",
    "LOST,  5100, process,     false, NEW",
    "LOST,  1000, stale token, false, SESSION_OVER",
    "LEFT,     0, stranger,    false, NEW",
    "LEFT,     0, process,     false, NEW",
    "LEFT,     0, token,       false, SESSION_OVER",
    "BEAT,     0, stranger,    false, HOLDER_ALIVE",
    "BEAT,  2999, stranger,    false, HOLDER_ALIVE",
    "BEAT,  3000, stranger,    false, SUPERSEDED",
    "BEAT,     0, stranger,    true,  SUPERSEDED",
    "BEAT,  5000, token,       false, RESUMED",
    "BEAT,  5999, process,     false, RESUMED",
    "BEAT,  6100, process,     false, NEW",
  })
  void decides(Holder holder, long afterMillis, String asker, boolean takeOver, String outcome) {
    for (long origin : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      Rig rig = new Rig(origin);
      ManualClient first = hold(rig, holder);
      rig.run(afterMillis * MS);
      ManualClient second = asks(rig, first, asker);
      second.takeOver = takeOver;
      int before = rig.changes.size();
      second.register();
      rig.turn();
      check(rig, first, second, before, outcome);
    }
  }

  private static ManualClient hold(Rig rig, Holder holder) {
    ManualClient client = rig.client();
    client.processId = "p1";
    client.offered = new Token(0, 1, 1);
    switch (holder) {
      case NONE -> {}
      case BEAT -> client.registerByBeat(News.heard(0, 0, Gap.NONE, null));
      case OPEN, LOST, LEFT -> client.register();
    }
    rig.turn();
    if (holder == Holder.LOST) {
      client.end(News.End.LOST);
    } else if (holder == Holder.LEFT) {
      client.end(News.End.LEFT);
    }
    rig.turn();
    return client;
  }

  private static ManualClient asks(Rig rig, ManualClient holder, String asker) {
    ManualClient client = rig.client(rig.second, Rig.KEY);
    client.offered = new Token(0, 2, 2);
    client.processId = asker.endsWith("process") ? "p1" : "p2";
    client.presented =
        switch (asker) {
          case "token" -> holder.token();
          case "stale token" -> holder.offered.of(holder.incarnation() - 1);
          case "bad secret", "bad secret and process" -> new Token(holder.incarnation(), 9, 9);
          default -> null;
        };
    return client;
  }

  private static void check(
      Rig rig, ManualClient first, ManualClient second, int before, String outcome) {
    switch (outcome) {
      case "NEW" -> {
        rig.assertLast(State.ALIVE, Cause.REGISTERED);
        assertThat(rig.changes).hasSize(before + 1);
        assertThat(second.incarnation()).isGreaterThan(first.incarnation());
      }
      case "RESUMED" -> {
        assertThat(rig.state()).isEqualTo(State.ALIVE);
        assertThat(second.incarnation()).isEqualTo(first.incarnation());
        assertThat(second.granted().resumed()).isTrue();
      }
      case "SUPERSEDED" -> {
        assertThat(rig.changes).hasSize(before + 2);
        assertThat(rig.changes.get(before).cause()).isEqualTo(Cause.SUPERSEDED);
        assertThat(rig.changes.get(before).after().state()).isEqualTo(State.DEAD);
        assertThat(rig.changes.get(before).after().incarnation()).isEqualTo(first.incarnation());
        rig.assertLast(State.ALIVE, Cause.REGISTERED);
        assertThat(second.incarnation()).isGreaterThan(first.incarnation());
        assertThat(first.pulse.isMarked()).as("acked no more").isTrue();
      }
      default -> {
        assertThat(second.refusal()).isEqualTo(Answer.Refusal.valueOf(outcome));
        assertThat(rig.changes).hasSize(before);
      }
    }
  }

  @Origins
  void aSupersededStreamIsRefused(long origin) {
    Rig rig = new Rig(origin);
    ManualClient first = rig.registered();
    ManualClient second = rig.client(rig.second, Rig.KEY);
    second.takeOver = true;
    second.register();
    rig.turn();
    assertThat(first.refusal()).isEqualTo(Answer.Refusal.SUPERSEDED);
    int told = first.replies.size();
    assertThat(first.heartbeat(1, Status.DRAINING)).isEqualTo(Pulse.Outcome.POST);
    first.end(News.End.LEFT);
    rig.run(SECOND);
    assertThat(first.replies).hasSize(told);
    assertThat(rig.changes).hasSize(3);
    assertThat(rig.last().after().incarnation()).isEqualTo(second.incarnation());
  }

  @Test
  void aRefusedNewcomerIsToldWhenToAskAgain() {
    Rig rig = new Rig(0);
    rig.registered();
    rig.runTo(5_990 * MS);
    ManualClient second = rig.client(rig.second, Rig.KEY);
    second.register();
    rig.turn();
    assertThat(second.lastReply())
        .isEqualTo(new Answer.Refused(Answer.Refusal.HOLDER_ALIVE, Rig.KEY, 100 * MS));
  }

  @Origins
  void incarnationsOnlyGrow(long origin) {
    Rig rig = new Rig(origin);
    long last = 0;
    for (int i = 0; i < 20; i++) {
      ManualClient client = rig.client();
      client.takeOver = i % 2 == 0;
      client.register();
      rig.turn();
      assertThat(client.incarnation()).isGreaterThan(last);
      last = client.incarnation();
      if (i % 2 == 0) {
        client.end(News.End.LOST);
        rig.turn();
      }
    }
  }

  @Test
  void aResumeTellsWhatChanged() {
    Rig rig = new Rig(0);
    ManualClient first = rig.registered();
    ManualClient second = rig.client(rig.second, Rig.KEY);
    second.presented = first.token();
    second.status = Status.DRAINING;
    second.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.REPORTED);
    assertThat(rig.last().after().status()).isEqualTo(Status.DRAINING);
    ManualClient third = rig.client(rig.second, Rig.KEY);
    third.presented = first.token();
    third.status = Status.DRAINING;
    third.times = Times.grant(SECOND, Times.UNSET, Times.UNSET);
    third.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    assertThat(rig.last().after().times())
        .as("a granted time is never shortened")
        .isEqualTo(new Times(SECOND, 6 * SECOND, 5 * SECOND));
  }

  @Test
  void aResumeByProcessGetsTheNewToken() {
    Rig rig = new Rig(0);
    ManualClient first = rig.client();
    first.processId = "p";
    first.offered = new Token(0, 1, 1);
    first.register();
    rig.turn();
    ManualClient second = rig.client();
    second.processId = "p";
    second.offered = new Token(0, 2, 2);
    second.register();
    rig.turn();
    assertThat(second.granted().tokenKept()).isFalse();
    ManualClient third = rig.client();
    third.presented = first.token();
    third.register();
    rig.turn();
    assertThat(third.refusal()).as("the lost reply's token").isEqualTo(Answer.Refusal.SESSION_OVER);
    third.presented = second.token();
    third.register();
    rig.turn();
    assertThat(third.incarnation()).isEqualTo(first.incarnation());
  }
}
