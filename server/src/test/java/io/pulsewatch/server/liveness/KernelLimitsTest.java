package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bounded work per turn, bounded entries, bounded memory of the ended. */
final class KernelLimitsTest {

  /** At most 5 instances, 3 arrivals, 4 deadlines and 2 removals a turn; 2 ended are kept. */
  private static final Settings SMALL = new Settings(5, 5, 3, 4, 2, 1_000, 2, 0);

  private static final News.Ending BYE = new News.Ending(News.End.LEFT, "");

  private static final Settings ROOMY = new Settings(500, 5, 500, 500, 2, 3_600_000, 2, 0);

  @Test
  void mailIsBoundedPerTurn() {
    Rig rig = new Rig(0, SMALL);
    register(rig, 5);
    rig.turn();
    assertThat(rig.changes).hasSize(3);
    rig.turn();
    assertThat(rig.changes).hasSize(5);
  }

  @Test
  void instancesAreLimitedAndTheEndedCount() {
    Rig rig = new Rig(0, SMALL);
    List<ManualClient> clients = register(rig, 6);
    rig.turn();
    rig.turn();
    assertThat(clients.get(5).lastReply())
        .isEqualTo(
            new Answer.Refused(Answer.Refusal.LIMIT_INSTANCES, clients.get(5).key, 2 * SECOND));
    clients.get(0).end(News.End.LEFT);
    rig.turn();
    clients.get(5).register();
    rig.turn();
    assertThat(clients.get(5).refusal()).isEqualTo(Answer.Refusal.LIMIT_INSTANCES);
    clients.get(0).register();
    rig.turn();
    assertThat(clients.get(0).refusal()).as("its name is known").isNull();
  }

  @Test
  void deadlinesAreBoundedPerTurnAndNoneIsLost() {
    Rig rig = new Rig(0, SMALL);
    register(rig, 5);
    rig.turn();
    rig.turn();
    rig.runTo(4 * SECOND - 1);
    assertThat(rig.changes).hasSize(5);
    int most = 0;
    for (int i = 0; i < 12; i++) {
      rig.step(MS);
      most = Math.max(most, rig.lastWork);
    }
    assertThat(most).isLessThanOrEqualTo(4);
    assertThat(rig.changes).hasSize(10);
  }

  @Test
  void theEndedAreRemovedByAge() {
    Rig rig = new Rig(0, SMALL);
    List<ManualClient> clients = register(rig, 2);
    rig.turn();
    clients.forEach(client -> client.end(News.End.LEFT));
    rig.turn();
    rig.run(999 * MS);
    assertThat(rig.changes).hasSize(4);
    rig.run(MS);
    assertThat(rig.changes).hasSize(6);
    rig.assertLast(State.LEFT, Cause.REMOVED);
  }

  /** As many ended as live ones are kept, and at least the floor: oldest out, 2 a turn. */
  @Test
  void theEndedAreRemovedByCount() {
    Rig rig = new Rig(0, ROOMY);
    List<ManualClient> clients = register(rig, 10);
    rig.turn();
    clients.subList(0, 6).forEach(client -> client.end(News.End.LEFT));
    rig.turn();
    assertThat(rig.changes).as("6 ended, 4 live: 2 go").hasSize(18);
    rig.turn();
    assertThat(rig.changes).hasSize(18);
    assertThat(rig.last().key()).isEqualTo(clients.get(1).key);
    clients.subList(6, 10).forEach(client -> client.end(News.End.LEFT));
    rig.turn();
    rig.turn();
    rig.turn();
    rig.turn();
    assertThat(rig.changes.stream().filter(change -> change.cause() == Cause.REMOVED))
        .as("8 ended, none live, floor 2")
        .hasSize(8);
  }

  /** A name that came back is not among the ended, and counts against nobody. */
  @Test
  void aCrashLoopDrivesNobodyOut() {
    Rig rig = new Rig(0, ROOMY);
    ManualClient quiet = rig.client(rig.first, new InstanceKey("orders", "quiet"));
    quiet.register();
    rig.turn();
    quiet.end(News.End.LEFT);
    rig.turn();
    for (int i = 0; i < 100; i++) {
      ManualClient client = rig.registered();
      client.end(News.End.LOST);
      rig.turn();
    }
    assertThat(rig.changes).noneMatch(change -> change.cause() == Cause.REMOVED);
  }

  /** A resume that waits in the inbox is a sign of life, however long the queue before it. */
  @Origins
  void mailThatATurnLeavesBehindHoldsVerdictsOnWhoHasNoStream(long origin) {
    Rig rig = new Rig(origin, SMALL);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.heartbeat();
    client.end(News.End.LOST);
    rig.turn();
    rig.runTo(6 * SECOND - 30 * MS);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = client.token();
    for (int i = 0; i < 120; i++) {
      rig.offer(aboutSomebodyElse());
    }
    next.register();
    rig.run(300 * MS);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.run(120 * MS);
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    assertThat(next.incarnation()).isEqualTo(client.incarnation());
  }

  /** A backlog of mail delays only those of whose life it may be a sign. */
  @Origins
  void mailThatNamesOthersDelaysNoVerdict(long origin) {
    Rig rig = new Rig(origin, SMALL);
    ManualClient lost = rig.registered();
    ManualClient beats = rig.client(rig.first, new InstanceKey("orders", "beats"));
    beats.registerByBeat(News.heard(1, 0, Gap.NONE, null));
    rig.turn();
    rig.runTo(SECOND);
    lost.end(News.End.LOST);
    rig.turn();
    rig.runTo(5 * SECOND);
    for (int i = 0; i < 1_000; i++) {
      rig.offer(aboutSomebodyElse());
    }
    rig.offer(new Command.Remove(reply -> {}, lost.key));
    rig.offer(evidenceOf(rig, beats.key));
    rig.runTo(6 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    assertThat(rig.changes.subList(rig.changes.size() - 2, rig.changes.size()))
        .extracting(Change::key, change -> change.after().state())
        .containsExactlyInAnyOrder(tuple(lost.key, State.DEAD), tuple(beats.key, State.DEAD));
  }

  /**
   * Its verdict was due, and its readers had looked; then mail that names it kept the verdict
   * waiting. What came meanwhile lies in a socket: they have to look once more.
   */
  @Origins
  void aVerdictThatWaitedForMailWaitsForTheReadersOnceMore(long origin) {
    Rig rig = new Rig(origin, SMALL);
    ManualClient client = rig.client(rig.first, Rig.KEY);
    client.registerByBeat(News.heard(1, 0, Gap.NONE, null));
    rig.turn();
    rig.runTo(5 * SECOND);
    for (int i = 0; i < 400; i++) {
      rig.offer(aboutSomebodyElse());
    }
    rig.offer(aStrangersBeat());
    rig.runTo(6 * SECOND + 200 * MS);
    assertThat(rig.state()).as("held by its mail").isEqualTo(State.SUSPECT);
    for (int i = 0; i < 100; i++) {
      rig.pass(MS);
      rig.awaken(rig.first); // the second one has a beat in its socket
      rig.turn();
    }
    assertThat(rig.names(Rig.KEY)).isFalse();
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    client.registerByBeat(News.heard(2, 0, Gap.NONE, null));
    rig.awaken(rig.second);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
  }

  /**
   * There is always mail with its name, and always of a stranger: it is doubted and dead in time.
   */
  @Origins
  void aStrangersMailHoldsNoVerdictForEver(long origin) {
    Rig rig = new Rig(origin, SMALL);
    rig.registered();
    rig.runTo(3 * SECOND);
    for (int i = 0; i < 30; i++) {
      rig.offer(aStrangersBeat());
    }
    untilWithStrangers(rig, 4 * SECOND);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    untilWithStrangers(rig, 4 * SECOND + 300 * MS);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    untilWithStrangers(rig, 6 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    untilWithStrangers(rig, 6 * SECOND + 300 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(rig.names(Rig.KEY)).isTrue();
  }

  /** What its readers posted when they looked once more counts, behind however many strangers. */
  @Origins
  void whatTheSecondLookFoundCountsAmongStrangers(long origin) {
    Rig rig = new Rig(origin, SMALL);
    ManualClient client = rig.client(rig.first, Rig.KEY);
    client.registerByBeat(News.heard(1, 0, Gap.NONE, null));
    rig.turn();
    rig.runTo(5 * SECOND);
    for (int i = 0; i < 30; i++) {
      rig.offer(aStrangersBeat());
    }
    untilWithStrangers(rig, 6 * SECOND + 60 * MS);
    for (int i = 0; i < 20; i++) {
      rig.pass(10 * MS);
      rig.awaken(rig.first); // the second one has a beat in its socket
      offerStrangersBeats(rig);
      rig.turn();
    }
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    client.registerByBeat(News.heard(2, 0, Gap.NONE, null));
    untilWithStrangers(rig, 7 * SECOND);
    rig.assertLast(State.ALIVE, Cause.RESUMED);
  }

  /** As much as a turn takes, so that it never gets less. */
  private static void untilWithStrangers(Rig rig, long sinceOrigin) {
    while (rig.nanos() - rig.origin < sinceOrigin) {
      offerStrangersBeats(rig);
      rig.step(10 * MS);
    }
  }

  private static void offerStrangersBeats(Rig rig) {
    for (int i = 0; i < SMALL.maxMailPerTurn(); i++) {
      rig.offer(aStrangersBeat());
    }
  }

  private static Command aStrangersBeat() {
    Token strange = new Token(1, 2, 3);
    return new Command.Beat(reply -> {}, Rig.KEY, strange, News.heard(1, 0, Gap.NONE, null));
  }

  private static Command evidenceOf(Rig rig, InstanceKey suspect) {
    Probe seen = new Probe("server", null, Probe.Outcome.NO_ANSWER, 0);
    return new Command.Probed(new Suspicion(suspect, 1, rig.wallMillis()), seen, null);
  }

  private static Command aboutSomebodyElse() {
    InstanceKey other = new InstanceKey("orders", "somebody else");
    return new Command.Beat(reply -> {}, other, new Token(1, 2, 3), News.ended(BYE));
  }

  private static List<ManualClient> register(Rig rig, int count) {
    List<ManualClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(rig.client(rig.first, new InstanceKey("orders", "i" + i)));
      clients.get(i).register();
    }
    return clients;
  }
}
