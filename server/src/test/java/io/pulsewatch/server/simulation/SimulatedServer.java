package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Kernel;
import io.pulsewatch.server.liveness.Load;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.watch.CommittedView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The server: the real kernel with its real clocks, door, pulses and prober; a mailbox, a ledger
 * and readers that virtual time drives.
 *
 * <p>Where nothing happens everybody looks around every 30 ms, which no clock takes for a pause.
 * Mail wakes the loop, and a nudge makes it look again soon, as its short rests do in truth.
 */
final class SimulatedServer {
  static final long CADENCE = TimeUnit.MILLISECONDS.toNanos(30);
  static final long HURRY = 1_100_000;
  private static final long WAKE_UP = 50_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SimulatedWorld world;
  private final long origin;
  private final long wallOrigin;
  private AwakeClock loopClock;
  private final List<SimulatedReader> readers = new ArrayList<>();
  private final Door door;
  private Kernel kernel;
  private final Settings settings;
  private int process;
  private boolean down;
  private final PauseLog loopPauses = new PauseLog();
  private final SimulatedMail mail;
  private final SimulatedLedger ledger;
  private final SimulatedProber prober;
  private final SimulatedDrain drain;
  private long nextStepAt;
  private long hurryUntil;
  private long turns;
  private int preservations;
  private int admissions;
  private long stoodStillAt = Long.MIN_VALUE / 2;
  private DetectorMode mode = DetectorMode.WARM_UP;
  private long busyUntil;
  private int stretchPercent = Times.AS_GRANTED;
  private long pressedUntil;
  private long calmUntil;
  private long lookedAt;
  private boolean asleep;
  private int sleeps;
  private long asleepSince;
  private long sleptNanos;
  private boolean unnoticed;

  SimulatedServer(
      SimulatedWorld world, long origin, int readerCount, Settings settings, CommittedView view) {
    this.world = world;
    this.settings = settings;
    this.origin = origin;
    this.mail = new SimulatedMail(world);
    this.wallOrigin = 1_700_000_000_000L;
    this.ledger = new SimulatedLedger(world, wallOrigin * 1_000);
    this.loopClock = new AwakeClock(origin);
    for (int i = 0; i < readerCount; i++) {
      readers.add(new SimulatedReader(this, origin));
    }
    this.door = new Door(readers, origin);
    this.kernel = new Kernel(settings, loopClock, door, ledger, moment());
    this.prober = new SimulatedProber(this, world, view);
    this.drain = new SimulatedDrain(world);
  }

  /** How many processes there were before this one. */
  int process() {
    return process;
  }

  /** True between two of them. */
  boolean isDown() {
    return down;
  }

  /** kill -9, and so long until the next process is there. All connections break. */
  void restart(long nanos) {
    if (down) {
      return;
    }
    down = true;
    process++;
    drain.forget();
    mail.crash();
    Kept kept = ledger.crash();
    world.network().refuse(nanos);
    world
        .clients()
        .forEach(client -> client.cut(false, 0, world.random().nextLong(50_000_000) + 1));
    timeline().after(nanos, () -> begin(kept));
  }

  private void begin(Kept kept) {
    down = false;
    loopClock = new AwakeClock(nanos());
    kernel = new Kernel(durable(), loopClock, door, ledger, moment());
    kernel.recall(kept, moment());
    publishStretch();
    nextStepAt = world.now();
  }

  /** What is on disk is known at once. */
  private Settings durable() {
    return new Settings(
        settings.maxInstances(),
        settings.maxOverrides(),
        settings.maxMailPerTurn(),
        settings.maxExpiriesPerTurn(),
        settings.maxRemovalsPerTurn(),
        settings.retentionMillis(),
        settings.minEndedKept(),
        0,
        settings.preservation(),
        settings.stretch(),
        settings.maxGroups(),
        settings.roles());
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
    return mail.shut();
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

  /** How often the machine slept. */
  int sleeps() {
    return sleeps;
  }

  /** How often the mode became ADMITTING. */
  int admissions() {
    return admissions;
  }

  long turns() {
    return turns;
  }

  /** Monotonic: it stands still while the machine sleeps. */
  long nanos() {
    return origin + (asleep ? asleepSince : world.now()) - sleptNanos;
  }

  SimulatedProber prober() {
    return prober;
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
    if (!loopPauses.isPaused() && !down) {
      turn(now);
    }
    prober.turn(List.of());
  }

  /** The loop looks again soon. */
  void hurry() {
    hurryUntil = world.now() + 2 * HURRY;
    nextStepAt = Math.min(nextStepAt, world.now() + HURRY);
  }

  void offer(Command command) {
    if (down) {
      return;
    }
    mail.offer(command);
    wake();
  }

  /** What came of asking about a suspect. */
  void tell(Command.Probed told) {
    if (down) {
      return;
    }
    mail.post(sink -> world.oracle().onProbed(told, () -> told.deliver(sink)));
    wake();
  }

  void post(Pulse pulse, Runnable onDrained) {
    mail.post(
        sink -> {
          sink.onNews(pulse);
          onDrained.run();
        });
    wake();
  }

  /** For so long there are more heartbeats than it can take, and then few. */
  void press(long nanos, long calmNanos) {
    pressedUntil = Math.max(pressedUntil, world.now() + nanos);
    calmUntil = Math.max(calmUntil, pressedUntil + calmNanos);
  }

  /** What readers know of it. */
  int stretchPercent() {
    return stretchPercent;
  }

  /** What the kernel judges by is published. */
  void publishStretch() {
    if (stretchPercent != kernel.stretchPercent()) {
      stretchPercent = kernel.stretchPercent();
      world.oracle().onStretched(stretchPercent);
    }
  }

  private void lookAtLoad(long now) {
    if (now < calmUntil && now - lookedAt >= SECOND) {
      lookedAt = now;
      kernel.onLoad(now < pressedUntil ? pressed(now) : new Load(0, 0, 100), moment());
    }
  }

  /** In some seconds it is known to be far too much. */
  private static Load pressed(long now) {
    boolean isBehind = now / (20 * SECOND) % 2 == 0;
    return new Load(1, 0, 100_000, 100_000, 100_000, isBehind ? 5 : 0);
  }

  /** For so long more wait than may. */
  void beBusy(long nanos) {
    busyUntil = Math.max(busyUntil, world.now() + nanos);
  }

  /** Hands a client's request over, or sends it away. Returns 0, or the wait that we name. */
  long ask(Command command, Party party) {
    if (world.now() >= busyUntil && !drain.isOn()) {
      if (world.fault() == Fault.SUPERSEDED_HAS_LEFT) {
        leaveFor(party);
      }
      offer(command);
      return 0;
    }
    long wait =
        drain.isOn() ? drain.retryNanos() : 100_000_000L + world.random().nextLong(5_000_000_000L);
    PutOff putOff = PutOff.of(command, 2 * wait); // it comes back within that
    if (putOff != null) {
      world.oracle().onPutOff(putOff, true);
      mail.post(
          putOff.key(),
          sink -> {
            world.oracle().onPutOff(putOff, false);
            sink.onPutOff(putOff);
          });
      wake();
    }
    party.client().onDrained(party);
    return wait;
  }

  /** Everybody is asked to leave, or was: see there. */
  SimulatedDrain drain() {
    return drain;
  }

  private void leaveFor(Party next) {
    Life life = world.oracle().life(next.registration().key());
    if (life != null
        && life.isLive()
        && life.party instanceof ServerStream before
        && !before.registration().processId().equals(next.registration().processId())) {
      before.leaveForIt();
    }
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
    mail.shut().begin(world.now());
    timeline()
        .after(
            nanos,
            () -> {
              mail.shut().end(world.now());
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

  /** The machine sleeps: nobody runs, and its monotonic clock stands still. */
  void sleep(long nanos) {
    if (asleep) {
      return;
    }
    asleep = true;
    sleeps++;
    asleepSince = world.now();
    timeline()
        .after(
            nanos,
            () -> {
              asleep = false;
              sleptNanos += nanos;
              unnoticed = true;
            });
    pauseAll(nanos);
  }

  private void turn(long now) {
    turns++;
    long paused = loopClock.pausedNanos();
    drain.tell();
    int work = kernel.turn(moment(), mail);
    lookAtLoad(now);
    publishStretch();
    stoodStillAt = loopClock.pausedNanos() == paused ? stoodStillAt : now;
    DetectorMode next = world.fault().told(kernel.mode(moment()));
    preservations += next == DetectorMode.PRESERVATION && mode != next ? 1 : 0;
    admissions += next == DetectorMode.ADMITTING && mode != next ? 1 : 0;
    mode = next;
    ledger.onTurnEnded();
    mail.onTurnEnded();
    if (work > 0) {
      nextStepAt = Math.min(nextStepAt, now + 2 * WAKE_UP);
    }
    world.oracle().afterTurn(kernel.live() + ledger.withheldEnds());
  }

  private void wake() {
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
    if (unnoticed && !loopPauses.isPaused()) {
      unnoticed = false;
      world.oracle().onSuspended();
      if (world.fault() != Fault.SLEEP_NOT_NOTICED) {
        kernel.onSuspended(moment());
      }
    }
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
