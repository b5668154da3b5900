package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Kernel;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Outbox;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.Stretched;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Fleets and one event loop that reads so much in a second, in virtual time: what is measured of
 * it, what the kernel makes of that, and what the fleet does when it is told.
 */
final class FallingBehindTest implements Outbox {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double STEP_SECONDS = 0.1;

  /** The one of docs/BENCHMARKS.md. */
  private static final double FLEET = 250_000;

  private static final double CAPACITY = 165_000;

  private final EventLoopModel loop = new EventLoopModel();
  private final AwakeClock clock = new AwakeClock(0);
  private final LoadMeter meter = new LoadMeter(List.of(loop), new AwakeClock(0), 0);
  private final Kernel kernel =
      new Kernel(Settings.DEFAULT, clock, new Door(List.of(), 0), this, new Moment(0, 0));
  private long second;

  /** When times began to be as they are, in seconds. */
  private long changedAt;

  private int steps;
  private double capacity = CAPACITY;

  FallingBehindTest() {
    for (int i = 0; i < 60; i++) {
      aSecond(); // it warms up
    }
  }

  /** What it reads, what waits, and by which times they beat. */
  private static final class EventLoopModel implements LoadMeter.Worker {
    private double busyNanos;
    private double nanos;
    private double read;
    private double work;
    private double waiting;
    private double granted;
    private double silent;
    private double flood;
    private double told = 1;
    private double obeyed = 1;
    private double callsPerSecond;

    /** Of ten seconds, in how many all of them beat. */
    private int secondsOfBeats = 10;

    private double age;

    /** Who beats is told with the ack, if he was read, and obeys with the beat after that. */
    void go(double seconds, double capacity, double factor) {
      double calls = callsPerSecond * WorkMeter.HEARTBEATS_OF_A_CALL * seconds;
      double room = Math.max(0, capacity * seconds - calls);
      double bunching = age % 10 < secondsOfBeats ? 10.0 / secondsOfBeats : 0;
      age += seconds;
      waiting += ((granted - silent) / obeyed * bunching + flood) * seconds;
      double now = Math.min(waiting, room);
      waiting -= now;
      read += now;
      work += now + calls;
      nanos += seconds * 1e9;
      busyNanos += seconds * 1e9 * Math.min(1, (now + calls) / (capacity * seconds));
      double share = granted == silent ? 1 : Math.min(1, now / (granted - silent));
      obeyed += (told - obeyed) * share;
      told += (factor - told) * share * (1 - silent / Math.max(1, granted));
    }

    @Override
    public LoadMeter.Worked worked() {
      return new LoadMeter.Worked((long) busyNanos, (long) nanos);
    }

    @Override
    public long heartbeats() {
      return (long) read;
    }

    @Override
    public double dueInSecond() {
      return granted / told;
    }

    @Override
    public double grantedInSecond() {
      return granted;
    }

    @Override
    public long work() {
      return (long) work;
    }
  }

  private double factor() {
    return kernel.stretchPercent() / 100.0;
  }

  private void aSecond() {
    for (int i = 0; i < Math.round(1 / STEP_SECONDS); i++) {
      loop.go(STEP_SECONDS, capacity, Math.max(loop.told, factor()));
    }
    for (long tick = 1; tick <= SECOND / AwakeClock.TICK_NANOS; tick++) {
      clock.tick(second * SECOND + tick * AwakeClock.TICK_NANOS);
    }
    second++;
    double before = factor();
    kernel.onLoad(meter.look(second * SECOND), new Moment(second * SECOND, 0));
    if (factor() > before) {
      steps++;
      changedAt = second;
    }
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      aSecond();
    }
  }

  private double lateSeconds() {
    return loop.waiting / capacity;
  }

  /** It took a minute when each step waited for an answer to the one before. */
  @Test
  void aFleetThatIsTooMuchIsInTimeWithinSeconds() {
    loop.granted = FLEET;
    long began = second;
    double latest = 0;
    for (int i = 0; i < 20; i++) {
      aSecond();
      latest = Math.max(latest, lateSeconds());
    }
    assertThat(changedAt - began).isEqualTo(3);
    assertThat(steps).isEqualTo(1);
    assertThat(factor()).isEqualTo(2);
    assertThat(latest).isLessThan(3);
    assertThat(lateSeconds()).isZero();
    seconds(3_600);
    assertThat(steps).as("and stays so").isEqualTo(1);
  }

  @Test
  void soIsOneThatIsFarTooMuch() {
    loop.granted = 3 * CAPACITY;
    seconds(20);
    assertThat(factor()).isEqualTo(4);
    assertThat(steps).isEqualTo(2);
    seconds(120);
    assertThat(lateSeconds()).isZero();
  }

  /** Each second 8,000 more are registered, so it is too much before all are there. */
  @Test
  void itIsAskedForWhileTheyStillRegister() {
    loop.callsPerSecond = 1_000;
    for (int i = 0; i < 25; i++) {
      loop.granted += FLEET / 25;
      aSecond();
    }
    assertThat(factor()).isGreaterThan(1.25);
    loop.callsPerSecond = 0;
    seconds(20);
    assertThat(lateSeconds()).isZero();
  }

  /** The crowd takes nearly all there is, and what is read of heartbeats is less than is due. */
  @Test
  void aCrowdThatRegistersStretchesNobody() {
    loop.callsPerSecond = 5_000;
    for (int i = 0; i < 20; i++) {
      loop.granted += 5_000;
      aSecond();
    }
    loop.callsPerSecond = 0;
    seconds(600);
    assertThat(steps).isZero();
  }

  @Test
  void whoIsServedWellIsNotStretched() {
    for (double fleet : new double[] {10_000, 50_000, 100_000, 130_000}) {
      loop.granted = fleet;
      seconds(3_600);
    }
    assertThat(steps).isZero();
  }

  /** A million each 10 s, all of them within two seconds: they take six to read. */
  @Test
  void norIsOneThatBeatsAllAtOnceAndIsReadBeforeItBeatsAgain() {
    loop.granted = 100_000;
    loop.secondsOfBeats = 2;
    seconds(3_600);
    assertThat(steps).isZero();
  }

  @Test
  void aPauseOfOursIsMadeUpFor() {
    loop.granted = 100_000;
    for (int i = 0; i < 100; i++) {
      seconds(30);
      capacity = 30_000;
      seconds(2);
      capacity = CAPACITY;
    }
    assertThat(steps).isZero();
  }

  /** Half of it stands still while the other half keeps us as busy as it may. */
  @Test
  void whoIsSilentStretchesNobody() {
    loop.granted = 250_000;
    loop.silent = 125_000;
    seconds(3_600);
    assertThat(steps).isZero();
  }

  @Test
  void norDoesAFloodBesideAFleet() {
    loop.granted = 100_000;
    loop.flood = 1_000_000;
    seconds(3_600);
    assertThat(steps).isZero();
  }

  @Override
  public void keep(Stretched stretched) {
    kernel.onKept(stretched);
  }

  @Override
  public void propose(Draft draft) {}

  @Override
  public void note(Note note) {}

  @Override
  public void answer(Answer answer) {}

  @Override
  public void onFalseVerdict(Cause verdict) {}

  @Override
  public boolean isAway() {
    return false;
  }

  @Override
  public long nextIncarnation() {
    return 1;
  }
}
