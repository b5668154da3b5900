package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kernel;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Outbox;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.Settings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The server: the real kernel with its real clocks, door and pulses; a mailbox, a ledger and
 * readers that virtual time drives.
 *
 * <p>Where nothing happens everybody looks around every 30 ms, which no clock takes for a pause.
 * Mail wakes the loop, and a nudge makes it look again soon, as its short rests do in truth.
 */
final class SimulatedServer implements Inbox, Outbox {
  static final long CADENCE = TimeUnit.MILLISECONDS.toNanos(30);
  static final long HURRY = 1_100_000;
  private static final long WAKE_UP = 50_000;

  private final SimulatedWorld world;
  private final long origin;
  private final long wallOrigin;
  private final AwakeClock loopClock;
  private final List<SimulatedReader> readers = new ArrayList<>();
  private final Door door;
  private final Kernel kernel;
  private final PauseLog loopPauses = new PauseLog();
  private final PauseLog congestion = new PauseLog();
  private final Deque<Long> registers = new ArrayDeque<>();
  private final Map<InstanceKey, Integer> named = new HashMap<>();
  private final Deque<Consumer<Sink>> mail = new ArrayDeque<>();
  private final Deque<Consumer<Sink>> withheld = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private final Deque<Draft> proposed = new ArrayDeque<>();
  private final long ledgerDelay;
  private long nextStepAt;
  private long hurryUntil;
  private long revision;
  private long incarnation;
  private long turns;
  private int withheldEnds;
  private int preservations;
  private int admissions;
  private long stoodStillAt = Long.MIN_VALUE / 2;
  private DetectorMode mode = DetectorMode.WARM_UP;
  private long busyUntil;

  SimulatedServer(SimulatedWorld world, long origin, int readerCount, Settings settings) {
    this.world = world;
    this.origin = origin;
    this.wallOrigin = 1_700_000_000_000L;
    this.revision = wallOrigin * 1_000;
    this.incarnation = wallOrigin * 1_000;
    this.loopClock = new AwakeClock(origin);
    for (int i = 0; i < readerCount; i++) {
      readers.add(new SimulatedReader(this, origin));
    }
    this.door = new Door(readers, origin);
    this.ledgerDelay =
        world.random().nextInt(3) == 0
            ? TimeUnit.MILLISECONDS.toNanos(world.random().nextInt(40))
            : 0;
    this.kernel = new Kernel(settings, loopClock, door, this, moment());
  }

  Timeline timeline() {
    return world.timeline();
  }

  Kernel kernel() {
    return kernel;
  }

  AwakeClock loopClock() {
    return loopClock;
  }

  Door door() {
    return door;
  }

  List<SimulatedReader> readers() {
    return readers;
  }

  PauseLog loopPauses() {
    return loopPauses;
  }

  PauseLog congestion() {
    return congestion;
  }

  /** When the loop's awake time last stood still, by a pause or for those who queue. */
  long stoodStillAt() {
    return stoodStillAt;
  }

  /** What it tells of how it judges: as it was after its last turn. */
  DetectorMode mode() {
    return mode;
  }

  /** How often the mode became PRESERVATION. */
  int preservations() {
    return preservations;
  }

  /** How often the mode became ADMITTING. */
  int admissions() {
    return admissions;
  }

  long turns() {
    return turns;
  }

  long nanos() {
    return origin + world.now();
  }

  long wallMillis() {
    return wallOrigin + TimeUnit.NANOSECONDS.toMillis(world.now());
  }

  Moment moment() {
    return new Moment(nanos(), wallMillis());
  }

  long nextStepAt() {
    return nextStepAt;
  }

  /** Everybody who is not paused looks around; the loop takes a turn. */
  void step() {
    long now = world.now();
    nextStepAt = now + (now < hurryUntil ? HURRY : CADENCE);
    for (SimulatedReader reader : readers) {
      reader.round(nanos());
    }
    if (!loopPauses.isPaused()) {
      turn(now);
    }
  }

  /** The loop looks again soon. */
  void hurry() {
    hurryUntil = world.now() + 2 * HURRY;
    nextStepAt = Math.min(nextStepAt, world.now() + HURRY);
  }

  void offer(Command command) {
    if (command instanceof Command.Register register) {
      registers.add(register.readNanos());
      post(
          command.key(),
          sink -> {
            registers.remove();
            command.deliver(sink);
          });
    } else {
      post(command.key(), command::deliver);
    }
  }

  /** A letter that names somebody. */
  private void post(InstanceKey key, Consumer<Sink> letter) {
    named.merge(key, 1, Integer::sum);
    post(
        sink -> {
          named.computeIfPresent(key, (name, count) -> count == 1 ? null : count - 1);
          letter.accept(sink);
        });
  }

  void post(Pulse pulse, Runnable onDrained) {
    post(
        sink -> {
          sink.onNews(pulse);
          onDrained.run();
        });
  }

  /** For so long more wait than may. */
  void beBusy(long nanos) {
    busyUntil = Math.max(busyUntil, world.now() + nanos);
  }

  /** Hands a client's request over, or sends it away. Returns 0, or the wait that we name. */
  long ask(Command command, Party party) {
    if (world.now() >= busyUntil) {
      offer(command);
      return 0;
    }
    long wait = 100_000_000L + world.random().nextLong(5_000_000_000L);
    PutOff putOff = PutOff.of(command, wait);
    if (putOff != null) {
      world.oracle().onPutOff(putOff, true);
      post(
          putOff.key(),
          sink -> {
            world.oracle().onPutOff(putOff, false);
            sink.onPutOff(putOff);
          });
    }
    party.client().onDrained(party);
    return wait;
  }

  void pauseLoop(long nanos) {
    loopPauses.begin(world.now());
    timeline().after(nanos, () -> endLoopPause());
  }

  void pauseReader(SimulatedReader reader, long nanos) {
    reader.pause(world.now());
    timeline().after(nanos, () -> endReaderPause(reader));
  }

  /** The loop reads no mail for so long, as when its changes find nobody who takes them. */
  void congest(long nanos) {
    congestion.begin(world.now());
    timeline()
        .after(
            nanos,
            () -> {
              congestion.end(world.now());
              nextStepAt = world.now();
            });
  }

  /** The whole process; its threads wake up in any order. */
  void pauseAll(long nanos) {
    pauseLoop(nanos + world.random().nextLong(3_000_000));
    for (SimulatedReader reader : readers) {
      pauseReader(reader, nanos + world.random().nextLong(3_000_000));
    }
  }

  @Override
  public boolean names(InstanceKey key) {
    return named.containsKey(key);
  }

  @Override
  public long longestWaitNanos(long nowNanos) {
    Long oldest = registers.peek();
    return oldest == null ? 0 : Math.max(0, nowNanos - oldest);
  }

  @Override
  public int drain(Sink sink, int limit) {
    if (congestion.isPaused()) {
      return limit;
    }
    Deque<Consumer<Sink>> ready = world.fault() == Fault.EXPIRE_BEFORE_DRAIN ? withheld : mail;
    int drained = 0;
    while (drained < limit && !ready.isEmpty()) {
      ready.remove().accept(sink);
      drained++;
    }
    return drained;
  }

  @Override
  public void propose(Draft draft) {
    long wait = world.fault().withheldNanos(draft);
    if (wait == 0) {
      decide(draft);
      return;
    }
    boolean ends = !draft.after().state().isLive();
    withheldEnds += ends ? 1 : 0;
    timeline()
        .after(
            wait,
            () -> {
              withheldEnds -= ends ? 1 : 0;
              decide(draft);
            });
  }

  private void decide(Draft draft) {
    world.oracle().onDecision(draft);
    proposed.add(draft);
  }

  @Override
  public void answer(Answer answer) {
    world.oracle().onAnswer(answer);
    answers.add(answer);
  }

  @Override
  public void onFalseVerdict(Cause verdict) {}

  @Override
  public long nextIncarnation() {
    return ++incarnation;
  }

  private void turn(long now) {
    turns++;
    int before = proposed.size();
    long paused = loopClock.pausedNanos();
    int work = kernel.turn(moment(), this);
    stoodStillAt = loopClock.pausedNanos() == paused ? stoodStillAt : now;
    DetectorMode next = world.fault().told(kernel.mode(moment()));
    preservations += next == DetectorMode.PRESERVATION && mode != next ? 1 : 0;
    admissions += next == DetectorMode.ADMITTING && mode != next ? 1 : 0;
    mode = next;
    if (ledgerDelay == 0) {
      commit(proposed.size());
    } else if (proposed.size() > before) {
      int count = proposed.size() - before;
      timeline().after(ledgerDelay, () -> commit(count));
    }
    for (Answer answer : answers) {
      answer.to().reply(answer.reply());
    }
    answers.clear();
    withheld.addAll(mail);
    if (world.fault() == Fault.EXPIRE_BEFORE_DRAIN) {
      mail.clear();
    } else {
      withheld.clear();
    }
    if (work > 0 && !congestion.isPaused()) {
      nextStepAt = Math.min(nextStepAt, now + 2 * WAKE_UP);
    }
    world.oracle().afterTurn(kernel.live() + withheldEnds);
  }

  private void commit(int count) {
    List<Change> changes = new ArrayList<>(count);
    List<Draft> committed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Draft draft = proposed.remove();
      committed.add(draft);
      Change change = draft.committed(++revision, false);
      kernel.onCommitted(change);
      changes.add(change);
    }
    if (count > 0) {
      world.oracle().onCommitted(changes);
      world.watchers().onChanges(changes);
      for (int i = 0; i < count; i++) {
        committed.get(i).answer(changes.get(i));
      }
    }
  }

  private void post(Consumer<Sink> letter) {
    mail.add(letter);
    if (!loopPauses.isPaused()) {
      nextStepAt = Math.min(nextStepAt, world.now() + WAKE_UP);
    }
  }

  private void endLoopPause() {
    if (loopPauses.isLast()) {
      hidePause(loopClock);
    }
    loopPauses.end(world.now());
    nextStepAt = world.now();
  }

  private void endReaderPause(SimulatedReader reader) {
    if (reader.pauses().isLast()) {
      hidePause(reader.clock());
    }
    reader.awaken(world.now(), nanos(), world.random().nextBoolean());
  }

  private void hidePause(AwakeClock clock) {
    if (world.fault() == Fault.PAUSE_IGNORED) {
      while (nanos() - clock.lastTickNanos() > AwakeClock.TICK_NANOS) {
        clock.tick(clock.lastTickNanos() + AwakeClock.TICK_NANOS);
      }
    }
  }
}
