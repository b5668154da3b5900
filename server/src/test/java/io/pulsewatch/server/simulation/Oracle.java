package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold, whatever happens. It knows the truth about pauses, sockets and clients, and looks
 * at each decision, each commit and each turn.
 */
final class Oracle {
  private final SimulatedWorld world;
  private final Lateness lateness;
  private final VerdictOracle verdicts;
  private final ProbeOracle probes = new ProbeOracle();
  private final RoleOracle roles;
  private final Map<InstanceKey, Life> lives = new HashMap<>();
  private final Map<InstanceKey, Entry> registry = new HashMap<>();
  private int live;
  private long newestIncarnation;
  private long revision;
  private long suspects;
  private long dead;
  private long shownStuck;
  private long stretched;
  private long wentBack;
  private boolean looksAtRolesOnly;
  private Listener listener = (draft, silence) -> {};

  /** Hears of each change of state, and how long the instance had really been silent. */
  interface Listener {
    void onState(Draft draft, long silenceNanos);
  }

  Oracle(SimulatedWorld world) {
    this.world = world;
    this.lateness = new Lateness(world);
    this.verdicts = new VerdictOracle(world, lateness);
    this.roles = new RoleOracle(world);
  }

  /** The server's process ends now and then, which the other invariants know nothing of. */
  void lookAtRolesOnly() {
    looksAtRolesOnly = true;
  }

  boolean looksAtRolesOnly() {
    return looksAtRolesOnly;
  }

  void listen(Listener next) {
    listener = next;
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
    return verdicts.overtaken();
  }

  @Nullable Token tokenOf(InstanceKey key) {
    Life life = lives.get(key);
    return life == null || !life.isLive() ? null : life.token;
  }

  @Nullable Life life(InstanceKey key) {
    return lives.get(key);
  }

  RoleOracle roles() {
    return roles;
  }

  ProbeOracle probes() {
    return probes;
  }

  /** True where the loop may not have done yet what it should, for reasons of ours. */
  boolean wasDisturbed() {
    return world.now() - lateness.lastDisturbance() < 2 * Lateness.BOUND;
  }

  /** Heartbeats after which the instance was shown as its work was. */
  void onWorkChecked(boolean stuck) {
    shownStuck += stuck ? 1 : 0;
  }

  /** Suspicions of those that had flapped too often. */
  long damped() {
    return verdicts.damped();
  }

  long shownStuck() {
    return shownStuck;
  }

  /** The loop reads what came of asking. */
  void onProbed(Command.Probed told, Runnable deliver) {
    Life life = lives.get(told.key());
    Entry before = life == null ? null : life.entry;
    deliver.run();
    if (before != null) {
      probes.onDrained(life, before, told, told.probe().endpoint() != null);
    }
  }

  void onSuspended() {
    verdicts.onSuspended();
  }

  /** What it has to say renews its deadline. */
  void onSignOfLife(ServerStream stream) {
    Life life = stream.life();
    if (life != null && life.isLive() && life.party == stream) {
      life.heard = mark();
      life.counted = life.heard;
    }
  }

  /** From now on everybody is judged by times that are so much longer. */
  void onStretched(int percent) {
    lives.values().stream().filter(Life::isLive).forEach(life -> life.stretching.rise(percent));
    stretched += percent > Times.AS_GRANTED ? 1 : 0;
  }

  /** Its sender is told so. */
  void onTold(ServerStream stream, int percent) {
    Life life = stream.life();
    if (life != null && life.party == stream) {
      life.stretching.tell(percent);
    }
  }

  /** How often times became longer, or less long. */
  long stretched() {
    return stretched;
  }

  /** Instances that were granted shorter times than before. */
  long wentBack() {
    return wentBack;
  }

  void onHeartbeat(ServerStream stream, boolean acked, long holdNanos) {
    Life life = stream.life();
    onSignOfLife(stream);
    if (life != null && life.isLive() && life.party == stream) {
      life.holdNanos = holdNanos;
    } else if (acked && !looksAtRolesOnly) {
      throw new Violation("a superseded stream is refused", life + " got an ack");
    }
  }

  void onLossRead(ServerStream stream, Mark read) {
    Life life = stream.life();
    if (life != null && life.isLive() && life.party == stream) {
      life.lookedAnew = world.now();
      life.lost = read;
      life.lossCounted = null;
    }
  }

  /** The loop has read what it had left behind, and what may have been a sign of its life. */
  void onNamed(InstanceKey key) {
    Life life = lives.get(key);
    if (life != null) {
      life.lookedAnew = world.now();
    }
  }

  /** The loop has read what the stream had to tell. */
  void onNewsDrained(ServerStream stream) {
    Life life = stream.life();
    if (life == null || life.party != stream) {
      return;
    }
    life.lookedAnew = world.now();
    if (life.lost != null && life.lossCounted == null) {
      life.lossCounted = mark();
      life.owe(life.lossCounted, stream, false);
    }
  }

  /** It is told to wait: nothing may happen to it before that and its timeout are over. */
  void onPutOff(PutOff putOff, boolean promised) {
    Life life = lives.get(putOff.key());
    if (life == null || !life.isLive() || !life.isOf(putOff)) {
      return;
    }
    Times times = promised ? life.least() : life.most();
    long nanos = putOff.waitNanos() + times.timeoutNanos();
    life.owed.add(new Life.Owed(mark(), nanos, promised));
  }

  /** We ended its stream: the same. */
  void onSentAway(ServerStream stream) {
    Life life = stream.life();
    if (life != null && life.isLive() && life.party == stream) {
      life.owe(mark(), stream, true);
    }
  }

  /** Whoever has no stream has what he was owed, or his timeout, from now on. */
  void onDrainOver() {
    for (Life life : lives.values()) {
      boolean noStream = life.lossCounted != null || life.party.reader() == null;
      if (life.isLive() && (noStream || life.isAway())) {
        life.oweAnew(mark());
      } else if (life.isLive() && life.mayBeAway()) {
        life.takenAgain = mark();
      }
    }
  }

  void onDecision(Draft draft) {
    if (looksAtRolesOnly) {
      draft.answers().forEach(this::onAnswer);
      return;
    }
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
        long nanos = world.server().nanos();
        boolean goesBack =
            life.stretching.grant(
                granted.stretchPercent(), nanos, Stretching.untilSure(life.most()));
        wentBack += goesBack ? 1 : 0;
        life.shortened = goesBack ? mark() : life.shortened;
        bind(life, party, granted.tokenKept());
      }
    } else if (answer.reply() instanceof Answer.Refused) {
      party.client().onDrained(party);
    } else if (answer.reply() instanceof Answer.Heard && party instanceof BeatCall) {
      party.client().onDrained(party);
      if (life != null && life.isLive()) {
        life.stretching.look(world.server().nanos(), Stretching.untilSure(life.most()));
        bind(life, party, true);
      }
    }
  }

  void onCommitted(List<Change> changes) {
    for (Change change : changes) {
      require(change.revision() > revision, "revisions only grow", change);
      revision = change.revision();
      roles.onCommitted(change, registry.get(change.key()));
      if (change.cause() == Cause.REMOVED) {
        registry.remove(change.key());
      } else {
        registry.put(change.key(), change.after());
      }
    }
  }

  /** What was granted is committed: its deadlines start now. */
  void onGranted(Draft draft) {
    Life life = lives.get(draft.key());
    boolean grants =
        draft.answers().stream().anyMatch(answer -> answer.reply() instanceof Answer.Granted);
    if (draft.binding()
        && grants
        && life != null
        && life.isLive()
        && life.incarnation == draft.after().incarnation()) {
      life.heard = mark();
      life.counted = life.heard;
    }
  }

  void afterTurn(int livingToTheKernel) {
    if (looksAtRolesOnly) {
      return;
    }
    int ended = lives.size() - live;
    int kept = Math.max(world.settings().minEndedKept(), live);
    require(livingToTheKernel == live, "the kernel counts the living", this);
    require(lives.size() <= world.settings().maxInstances(), "every limit holds", this);
    require(ended <= kept + world.endedInATurn(), "every limit holds", this);
    roles.afterTurn();
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
    Life life = new Life(after, party, mark());
    lives.put(life.key, life);
    live++;
    watch(life);
  }

  private void bind(Life life, Party party, boolean tokenKept) {
    Mark read = party.readAt();
    life.party = party;
    life.lost = party.lossRead();
    life.lossCounted = null;
    life.owed.clear();
    life.takenAgain = null;
    life.holdNanos = 0;
    life.heard = read == null ? mark() : read;
    life.counted = mark();
    if (life.lost != null && party instanceof ServerStream stream) {
      life.owe(life.lost, stream, true);
    }
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
    Entry shown = life.entry;
    life.entry = draft.after();
    life.granted = draft.after().times();
    life.state = next;
    if (shown.status() != Status.DEGRADED && life.entry.status() == Status.DEGRADED) {
      checkDegraded(draft, life);
    }
    if (next != before) {
      listener.onState(draft, world.now() - life.heard.at());
    }
    world.fault().onDecision(life, next, draft.cause());
    if (next == State.SUSPECT && before == State.ALIVE) {
      suspects++;
      verdicts.onSuspect(draft, life);
    }
    if (next == State.DEAD && draft.cause() != Cause.SUPERSEDED) {
      dead++;
      verdicts.onDead(draft, life, before);
    }
    if (!next.isLive()) {
      live--;
    }
  }

  /** It said so, or its work stands still. */
  private static void checkDegraded(Draft draft, Life life) {
    Party by = life.party;
    for (Answer answer : draft.answers()) {
      by = answer.to() instanceof Party other ? other : by;
    }
    if (by == life.party && by instanceof ServerStream stream) {
      stream.work().onDegraded();
    } else {
      boolean said = by.registration().status() == Status.DEGRADED;
      require(said, "who works is not called stuck", life);
    }
  }

  /** Looks at this life whenever its time could be up. */
  private void watch(Life life) {
    if (!life.isLive()) {
      return;
    }
    long left = lateness.left(life, verdicts.suspendedAt());
    if (left > 0) {
      world.timeline().after(left, () -> watch(life));
    } else if (world.now() - lateness.lastDisturbance() < Lateness.BOUND) {
      world.timeline().after(Lateness.BOUND, () -> watch(life));
    } else {
      throw new Violation(
          "everyone silent is DEAD in time", life + " is " + -left / 1e6 + " ms too late");
    }
  }

  private static void require(boolean holds, String invariant, @Nullable Object what) {
    if (!holds) {
      throw new Violation(invariant, String.valueOf(what));
    }
  }
}
