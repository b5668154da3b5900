package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Gap;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What waits for the loop: in order, and bounded. */
final class MailboxTest {
  private static final Answer.Caller NOBODY = reply -> {};

  private int wakes;
  private int news;
  private int registering;
  private final Mailbox mailbox =
      new Mailbox(
          3,
          key -> !key.instanceId().equals("unknown"),
          () -> wakes++,
          () -> {
            wakes++;
            news++;
          },
          () -> registering);
  private final Drained drained = new Drained();

  private static final class Drained implements Inbox.Sink {
    private final List<Object> items = new ArrayList<>();

    @Override
    public void onRegister(Command.Register ask) {
      items.add(ask);
    }

    @Override
    public void onBeat(Command.Beat beat) {
      items.add(beat);
    }

    @Override
    public void onLeave(Command.Leave ask) {
      items.add(ask);
    }

    @Override
    public void onSetOverride(Command.SetOverride ask) {
      items.add(ask);
    }

    @Override
    public void onRemove(Command.Remove ask) {
      items.add(ask);
    }

    @Override
    public void onHandOver(Command.HandOver ask) {
      items.add(ask);
    }

    @Override
    public void onProbed(Command.Probed told) {
      items.add(told);
    }

    @Override
    public void onPutOff(PutOff putOff) {
      items.add(putOff);
    }

    @Override
    public void onNews(Pulse pulse) {
      items.add(pulse);
    }
  }

  private static Command remove(String id) {
    return new Command.Remove(NOBODY, new InstanceKey("orders", id));
  }

  private static Pulse pulse() {
    return new Pulse(new Door(List.of(), 0), new AwakeClock(0), 0);
  }

  @Test
  void keepsTheOrderOfArrival() {
    Command first = remove("a");
    Pulse second = pulse();
    Command third = new Command.SetOverride(NOBODY, new InstanceKey("orders", "b"), null);
    assertThat(mailbox.isEmpty()).isTrue();
    assertThat(mailbox.offer(first)).isTrue();
    mailbox.post(second);
    assertThat(mailbox.offer(third)).isTrue();
    assertThat(wakes).isEqualTo(3);
    assertThat(mailbox.isEmpty()).isFalse();

    assertThat(mailbox.drain(drained, 10)).isEqualTo(3);
    assertThat(drained.items).containsExactly(first, second, third);
    assertThat(mailbox.drain(drained, 10)).isZero();
  }

  /** Never refused, since a session has one place: the latest is told. */
  @Test
  void keepsOnePutOffForEachLiveName() {
    for (int i = 1; i <= 100; i++) {
      mailbox.putOff(putOff("a", i));
      mailbox.putOff(putOff("b", i));
      mailbox.putOff(putOff("unknown", i));
    }
    assertThat(wakes).isEqualTo(2);
    assertThat(mailbox.names(new InstanceKey("orders", "a"))).isTrue();
    assertThat(mailbox.names(new InstanceKey("orders", "unknown"))).isFalse();
    assertThat(mailbox.drain(drained, 10)).isEqualTo(2);
    assertThat(drained.items).containsExactly(putOff("a", 100), putOff("b", 100));
    assertThat(mailbox.names(new InstanceKey("orders", "a"))).isFalse();
    mailbox.putOff(putOff("a", 101));
    assertThat(mailbox.drain(drained, 10)).isEqualTo(1);
  }

  /** No verdict waits for an operator, or for what others saw. */
  @Test
  void namesThoseOfWhoseLifeItMayHoldASign() {
    InstanceKey a = new InstanceKey("orders", "a");
    Command.Beat beat =
        new Command.Beat(NOBODY, a, Token.FOREIGN, News.heard(1, 0, Gap.NONE, null));
    assertThat(mailbox.offer(new Command.Remove(NOBODY, a))).isTrue();
    assertThat(mailbox.names(a)).isFalse();
    assertThat(mailbox.offer(beat)).isTrue();
    assertThat(mailbox.names(a)).isTrue();
    assertThat(mailbox.drain(drained, 1)).isEqualTo(1);
    assertThat(mailbox.names(a)).isTrue();
    assertThat(mailbox.drain(drained, 1)).isEqualTo(1);
    assertThat(mailbox.names(a)).isFalse();
  }

  /** Who uses a name that is not his costs its holder nothing. */
  @Test
  void aStrangersPutOffDisplacesNobodys() {
    PutOff holders = putOff("a", new Token(1, 2, 3), "", false, 10);
    mailbox.putOff(putOff("a", new Token(1, 2, 3), "", false, 9));
    mailbox.putOff(putOff("a", null, "q", false, 11));
    mailbox.putOff(holders);
    mailbox.putOff(putOff("a", Token.FOREIGN, "", false, 12));
    mailbox.putOff(putOff("a", null, "", true, 13));
    for (int i = 0; i < 100; i++) {
      mailbox.putOff(putOff("a", null, "stranger" + i, false, i));
    }
    mailbox.putOff(putOff("a", null, "q", false, 14));
    assertThat(wakes).isEqualTo(1);
    assertThat(mailbox.drain(drained, 10)).isEqualTo(1);
    assertThat(drained.items)
        .hasSize(Mailbox.MAX_PUT_OFFS)
        .containsExactly(
            holders,
            putOff("a", Token.FOREIGN, "", false, 12),
            putOff("a", null, "", true, 13),
            putOff("a", null, "q", false, 14));
    assertThat(mailbox.names(new InstanceKey("orders", "a"))).isFalse();
    assertThat(mailbox.isEmpty()).isTrue();
  }

  private static PutOff putOff(String id, long waitNanos) {
    return putOff(id, null, "p", false, waitNanos);
  }

  private static PutOff putOff(
      String id, @Nullable Token presented, String processId, boolean byBeat, long waitNanos) {
    return new PutOff(new InstanceKey("orders", id), presented, processId, byBeat, waitNanos);
  }

  @Test
  void drainsNoMoreThanItMay() {
    mailbox.post(pulse());
    mailbox.post(pulse());
    mailbox.post(pulse());
    assertThat(mailbox.drain(drained, 0)).isZero();
    assertThat(mailbox.drain(drained, 2)).isEqualTo(2);
    assertThat(mailbox.isEmpty()).isFalse();
    assertThat(mailbox.drain(drained, 2)).isEqualTo(1);
  }

  /** Letters of every kind are counted, and those that come later are none of them. */
  @Test
  void knowsWhenWhatWasPostedIsDrained() {
    assertThat(mailbox.isDrained(mailbox.posted())).isTrue();
    mailbox.post(pulse());
    mailbox.offer(remove("a"));
    mailbox.putOff(putOff("a", 9));
    mailbox.putOff(putOff("a", 10));
    long posted = mailbox.posted();
    mailbox.post(pulse());
    mailbox.drain(drained, 2);
    assertThat(mailbox.isDrained(posted)).isFalse();
    mailbox.drain(drained, 1);
    assertThat(mailbox.isDrained(posted)).isTrue();
    assertThat(mailbox.isEmpty()).isFalse();
  }

  @Test
  void aQueueThatNeverGetsShortHasWaitedThoughNobodyOfItHas() {
    registering = StandingQueue.MANY;
    assertThat(mailbox.longestWaitNanos(50)).isZero();
    assertThat(mailbox.longestWaitNanos(90)).isEqualTo(40);
    mailbox.offer(register("b", 30, null));
    assertThat(mailbox.longestWaitNanos(90)).as("the longer one").isEqualTo(60);
  }

  @Test
  void whoIsNotTakenStaysAwayForASecondAtLeast() {
    assertThat(mailbox.awayNanos()).isEqualTo(WorkPace.MIN_AWAY_NANOS);
  }

  @Test
  void knowsHowLongTheOldestRegisterHasWaited() {
    assertThat(mailbox.longestWaitNanos(50)).isZero();
    mailbox.offer(remove("a"));
    assertThat(mailbox.longestWaitNanos(50)).as("nobody registers").isZero();
    mailbox.offer(register("b", 40, null));
    mailbox.offer(register("c", 45, null));
    assertThat(mailbox.longestWaitNanos(50)).isEqualTo(10);
    assertThat(mailbox.longestWaitNanos(39)).as("read after this turn began").isZero();
    mailbox.drain(drained, 2);
    assertThat(mailbox.longestWaitNanos(50)).isEqualTo(5);
    mailbox.drain(drained, 1);
    assertThat(mailbox.longestWaitNanos(50)).isZero();
  }

  /** The fan-out is told of what is likely to come its way, and spins for it: of nothing else. */
  @Test
  void beatsThatOnlyRenewAreNoNews() {
    InstanceKey key = new InstanceKey("orders", "a");
    Token token = new Token(1, 2, 3);
    News renews = new News(true, 0, 0, Gap.NONE, Status.SERVING, null);
    News leaves = new News(true, 0, 0, Gap.NONE, null, new News.Ending(News.End.LEFT, "done"));
    assertThat(isNews(register("a", 1, renews))).isFalse();
    assertThat(isNews(register("unknown", 1, renews))).isTrue();
    assertThat(isNews(register("a", 1, null))).isTrue();
    assertThat(isNews(new Command.Beat(NOBODY, key, token, renews))).isFalse();
    assertThat(isNews(new Command.Beat(NOBODY, key, token, leaves))).isTrue();
    assertThat(isNews(remove("a"))).isTrue();
    assertThat(isNews(new Command.SetOverride(NOBODY, key, null))).isTrue();
    assertThat(wakes).as("each wakes the loop").isEqualTo(7);
    mailbox.post(pulse());
    assertThat(news).isEqualTo(5 + 1);
    mailbox.putOff(putOff("a", 1));
    assertThat(news).isEqualTo(5 + 1);
  }

  private boolean isNews(Command command) {
    int before = news;
    assertThat(mailbox.offer(command)).isTrue();
    mailbox.drain(drained, 1);
    return news > before;
  }

  private static Command register(String id, long readNanos, @Nullable News beat) {
    return new Command.Register(
        NOBODY,
        new InstanceKey("orders", id),
        pulse(),
        "",
        null,
        new Token(0, 1, 1),
        false,
        Details.NONE,
        Times.grant(Times.UNSET, Times.UNSET, Times.UNSET),
        Status.SERVING,
        beat,
        "",
        readNanos);
  }

  @Test
  void refusesCommandsAboveItsLimitAndNeverPulses() {
    for (int i = 0; i < 100; i++) {
      mailbox.post(pulse());
    }
    assertThat(mailbox.offer(remove("a"))).isTrue();
    assertThat(mailbox.offer(remove("b"))).isTrue();
    assertThat(mailbox.offer(remove("c"))).isTrue();
    assertThat(mailbox.offer(remove("d"))).isFalse();
    assertThat(mailbox.offer(remove("e"))).isFalse();
    mailbox.post(pulse());
    assertThat(wakes).isEqualTo(104);

    // Room comes with each command that is drained, and refusals took none.
    assertThat(mailbox.drain(drained, 101)).isEqualTo(101);
    assertThat(mailbox.offer(remove("f"))).isTrue();
    assertThat(mailbox.offer(remove("g"))).isFalse();
  }
}
