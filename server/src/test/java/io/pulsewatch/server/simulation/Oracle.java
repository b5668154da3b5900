package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kernel;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What must hold, whatever happens. It knows the truth about pauses, sockets and clients, and looks
 * at each decision, each commit and each turn.
 */
final class Oracle {
  /**
   * By how much a verdict may be later than awake time says while nobody is paused: a tick of the
   * wheel, a round of 30 ms, and a few short rests in which readers pass.
   */
  static final long BOUND = TimeUnit.MILLISECONDS.toNanos(45);

  private final SimulatedWorld world;
  private final Map<InstanceKey, Life> lives = new HashMap<>();
  private final Map<InstanceKey, Entry> registry = new HashMap<>();
  private int live;
  private long newestIncarnation;
  private long revision;
  private long suspendedAt = Long.MIN_VALUE / 2;
  private long overtaken;
  private long suspects;
  private long dead;

  Oracle(SimulatedWorld world) {
    this.world = world;
  }

  Mark mark() {
    return Mark.of(world.server(), world.now());
  }

  /** The registry as committed. */
  Map<InstanceKey, Entry> registry() {
    return registry;
  }

  long revision() {
    return revision;
  }

  long suspects() {
    return suspects;
  }

  /** DEAD by silence or loss. */
  long dead() {
    return dead;
  }

  /** Resumes that another reader had not read yet when the half-open stream's time was up. */
  long overtaken() {
    return overtaken;
  }

  @Nullable Token tokenOf(InstanceKey key) {
    Life life = lives.get(key);
    return life == null || !life.isLive() ? null : life.token;
  }

  void onSuspended() {
    suspendedAt = world.now();
  }

  void onHeartbeat(ServerStream stream, boolean acked, long holdNanos) {
    Life life = stream.life();
    if (life != null && life.isLive() && life.party == stream) {
      life.heard = mark();
      life.counted = life.heard;
      life.holdNanos = holdNanos;
    } else if (acked) {
      throw new Violation("a superseded stream is refused", life + " got an ack");
    }
  }

  void onLossRead(ServerStream stream, Mark read) {
    Life life = stream.life();
    if (life != null && life.isLive() && life.party == stream) {
      life.lost = read;
    }
  }

  /** It is told to wait: nothing may happen to it before that and its timeout are over. */
  void onPutOff(PutOff putOff, boolean promised) {
    Life life = lives.get(putOff.key());
    if (life == null || !life.isLive() || !life.isOf(putOff)) {
      return;
    }
    long nanos = putOff.waitNanos() + life.times.timeoutNanos();
    life.owed.add(new Life.Owed(mark(), nanos, promised));
  }

  void onDecision(Draft draft) {
    Entry after = draft.after();
    Life life = lives.get(after.key());
    if (draft.cause() == Cause.REGISTERED) {
      begin(draft, life);
    } else if (life == null || life.incarnation != after.incarnation()) {
      throw new Violation("one owner", draft.cause() + " of " + after + ", but there is " + life);
    } else if (draft.cause() == Cause.REMOVED) {
      require(!life.isLive(), "only the ended are removed", life);
      lives.remove(life.key);
    } else {
      change(draft, life);
    }
    draft.answers().forEach(this::onAnswer);
  }

  void onAnswer(Answer answer) {
    if (!(answer.to() instanceof Party party)) {
      return;
    }
    Life life = lives.get(party.registration().key());
    if (answer.reply() instanceof Answer.Granted granted) {
      party.client().onDrained(party);
      if (life != null) {
        checkToken(granted, party, life);
        bind(life, party, granted.tokenKept());
      }
    } else if (answer.reply() instanceof Answer.Refused) {
      party.client().onDrained(party);
    } else if (answer.reply() instanceof Answer.Heard && party instanceof BeatCall) {
      party.client().onDrained(party);
      if (life != null && life.isLive()) {
        bind(life, party, true);
      }
    }
  }

  void onCommitted(List<Change> changes) {
    for (Change change : changes) {
      require(change.revision() > revision, "revisions only grow", change);
      revision = change.revision();
      if (change.cause() == Cause.REMOVED) {
        registry.remove(change.key());
      } else {
        registry.put(change.key(), change.after());
      }
    }
  }

  void afterTurn(Kernel kernel) {
    int ended = lives.size() - live;
    int kept = Math.max(world.settings().minEndedKept(), live);
    require(kernel.live() == live, "the kernel counts the living", this);
    require(lives.size() <= world.settings().maxInstances(), "every limit holds", this);
    require(ended <= kept + world.endedInATurn(), "every limit holds", this);
  }

  @Override
  public String toString() {
    return lives.size() + " instances, " + live + " of them live";
  }

  private void begin(Draft draft, @Nullable Life before) {
    Entry after = draft.after();
    require(before == null || !before.isLive(), "one owner", before);
    require(after.incarnation() > newestIncarnation, "incarnations only grow", after);
    newestIncarnation = after.incarnation();
    Party party = (Party) draft.answers().get(0).to();
    Life life = new Life(after.key(), after.incarnation(), after.times(), party, mark());
    lives.put(life.key, life);
    live++;
    watch(life);
  }

  private void bind(Life life, Party party, boolean tokenKept) {
    Mark read = party.readAt();
    life.party = party;
    life.lost = party.lossRead();
    life.owed.clear();
    life.holdNanos = 0;
    life.heard = read == null ? mark() : read;
    life.counted = mark();
    if (!tokenKept) {
      life.token = Tokens.of(party.registration().offered(), life.incarnation);
    }
    party.setLife(life);
  }

  private void checkToken(Answer.Granted granted, Party party, Life life) {
    Token shown = party.registration().presented();
    boolean sameProcess =
        party.registration().processId().equals(life.party.registration().processId());
    if (granted.resumed() && shown != null && shown.incarnation() != life.incarnation) {
      require(sameProcess, "an old token opens nothing", life);
    }
  }

  private void change(Draft draft, Life life) {
    State before = life.state;
    State next = draft.after().state();
    if (!before.isLive()) {
      require(next == before, "DEAD and LEFT are final", draft.cause() + " of " + life);
      return;
    }
    life.times = draft.after().times();
    life.state = next;
    if (next == State.SUSPECT && before == State.ALIVE) {
      suspects++;
      long awake = awake(life.heard, mark(), life.party.reader());
      require(awake >= life.heldNanos(), "nobody is doubted within its hold", life);
    }
    if (next == State.DEAD && draft.cause() != Cause.SUPERSEDED) {
      dead++;
      checkDeath(draft, life);
    }
    if (!next.isLive()) {
      live--;
    }
  }

  private void checkDeath(Draft draft, Life life) {
    Mark now = mark();
    long silent = awake(life.heard, now, life.party.reader());
    require(silent >= life.heldNanos(), "nobody dies within its hold", life);
    if (draft.cause() == Cause.SILENCE) {
      require(silent >= life.times.timeoutNanos(), "not DEAD before its time", life);
    } else if (draft.cause() == Cause.HOLD_EXPIRED) {
      require(life.holdNanos > 0, "a known cause", draft);
    } else {
      require(draft.cause() == Cause.STREAM_LOST && life.lost != null, "a known cause", draft);
      long awake = awake(life.lost, now, null);
      require(awake >= life.times.resumeWindowNanos(), "not DEAD before its time", life);
    }
    for (Life.Owed owed : life.owed) {
      long awake = now.at() - owed.since().at() - owed.since().stoppedUntil(now, -1);
      boolean had = awake >= owed.nanos() || !owed.promised() || life.diedOfItsLoss(owed);
      require(had, "whom we send away has its time", life);
    }
    checkSockets(life);
    SimulatedClient client = life.party.client();
    require(!client.believesIn(life.incarnation), "the client is first", life + " and " + client);
  }

  /** What lies in a socket or in the mailbox has arrived. */
  private void checkSockets(Life life) {
    SimulatedClient client = life.party.client();
    if (life.party instanceof ServerStream stream && life.lost == null) {
      require(stream.unread() == 0, "what arrived counts first", life);
    }
    if (client.knocks(life.incarnation) && life.times.resumeWindowNanos() > 0) {
      // A stream that is half-open for us, and its successor in the socket of another reader.
      require(!life.throughTheDoor(), "what arrived counts first", life);
      overtaken++;
    }
  }

  private long awake(@Nullable Mark since, Mark now, @Nullable SimulatedReader reader) {
    if (since == null) {
      return 0;
    }
    long from = Math.max(since.at(), suspendedAt);
    int index = reader == null ? -1 : world.server().readers().indexOf(reader);
    return now.at() - from - (from == since.at() ? since.stoppedUntil(now, index) : 0);
  }

  /** Looks at this life whenever its time could be up. */
  private void watch(Life life) {
    if (!life.isLive()) {
      return;
    }
    long left = left(life);
    if (left > 0) {
      world.timeline().after(left, () -> watch(life));
    } else if (world.now() - lastDisturbance() < BOUND) {
      world.timeline().after(BOUND, () -> watch(life));
    } else {
      throw new Violation(
          "everyone silent is DEAD in time", life + " is " + -left / 1e6 + " ms too late");
    }
  }

  private long left(Life life) {
    Mark now = mark();
    boolean door = life.throughTheDoor();
    SimulatedReader reader = life.party.reader();
    int index = reader == null ? -1 : world.server().readers().indexOf(reader);
    long silent =
        now.at()
            - Math.max(life.counted.at(), suspendedAt)
            - life.counted.takenUntil(now, index, door);
    long left = Math.max(life.times.timeoutNanos(), life.heldNanos()) + BOUND - silent;
    Mark lost = life.lost;
    if (lost != null) {
      // Without a resume window it has half its timeout where the loss may be our doing.
      boolean hasWindow = life.times.resumeWindowNanos() > 0;
      long window =
          hasWindow
              ? life.times.resumeWindowNanos() + BOUND - gone(lost, now)
              : life.times.timeoutNanos() / 2 + BOUND - silent;
      left = Math.min(left, Math.max(window, life.heldNanos() + BOUND - silent));
    }
    for (Life.Owed owed : life.owed) {
      left = Math.max(left, owed.nanos() + BOUND - gone(owed.since(), now));
    }
    return left;
  }

  private long gone(Mark since, Mark now) {
    return now.at() - Math.max(since.at(), suspendedAt) - since.takenUntil(now, -1, true);
  }

  /** When somebody of us was last stopped, or the whole was blind for it. */
  private long lastDisturbance() {
    long last = world.server().loopPauses().lastSeen(world.now());
    for (SimulatedReader reader : world.server().readers()) {
      last = Math.max(last, reader.pauses().lastSeen(world.now()));
    }
    return last;
  }

  private static void require(boolean holds, String invariant, @Nullable Object what) {
    if (!holds) {
      throw new Violation(invariant, String.valueOf(what));
    }
  }
}
