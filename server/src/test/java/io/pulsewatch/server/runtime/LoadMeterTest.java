package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Load;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What heartbeats gave event loops to do between two looks. */
final class LoadMeterTest {
  private static final long SECOND = 1_000_000_000L;

  private final ManualWorker first = new ManualWorker();
  private final ManualWorker second = new ManualWorker();
  private final AwakeClock door = new AwakeClock(0);
  private final LoadMeter meter = new LoadMeter(List.of(first, second), door, 0);

  private long lookedAt;

  private static final class ManualWorker implements LoadMeter.Worker {
    private LoadMeter.Worked worked = LoadMeter.Worked.NOTHING;
    private long heartbeats;
    private double due;
    private double granted;
    private long work;

    /** A hundredth of the time is one unit of it. */
    void work(int busy, long read, double promised) {
      worked = new LoadMeter.Worked(worked.busyNanos() + busy, worked.nanos() + 100);
      heartbeats += read;
      work += read;
      due = promised;
      granted = promised;
    }

    @Override
    public LoadMeter.Worked worked() {
      return worked;
    }

    @Override
    public long heartbeats() {
      return heartbeats;
    }

    @Override
    public double dueInSecond() {
      return due;
    }

    @Override
    public double grantedInSecond() {
      return granted;
    }

    @Override
    public long work() {
      return work;
    }
  }

  /** A second in which one of them was like that. */
  private Load second(int busy, long read, double promised) {
    first.work(busy, read, promised);
    lookedAt += SECOND;
    return meter.look(lookedAt);
  }

  private double demand(int busy, long read, double promised) {
    return second(busy, read, promised).demand();
  }

  @Test
  void theBusiestCountsAndHeartbeatsOfAll() {
    first.work(70, 20_000, 20_000);
    second.work(75, 20_000, 20_000);
    assertThat(meter.look(SECOND)).isEqualTo(new Load(0.75, 0, 40_000));
    first.work(90, 30_000, 30_000);
    assertThat(meter.look(2 * SECOND)).isEqualTo(new Load(0.9, 0, 30_000, 50_000, 50_000, 0));
    assertThat(meter.look(3 * SECOND))
        .as("nothing since")
        .extracting(Load::busyShare, Load::heartbeatsPerSecond)
        .containsExactly(0.0, 0.0);
  }

  /** Eight of its passes take more than a second, as they do in a flood. */
  @Test
  void whereNoMeasuredPassHasEndedItIsBusy() {
    first.work(50, 20_000, 20_000);
    assertThat(meter.look(SECOND).busyShare()).isEqualTo(0.5);
    first.heartbeats += 30_000;
    first.work += 30_000;
    first.due = 30_000;
    first.granted = 30_000;
    assertThat(meter.look(2 * SECOND)).isEqualTo(new Load(1, 0, 30_000));
  }

  @Test
  void itIsCountedByTheSecond() {
    first.work(80, 60_000, 30_000);
    assertThat(meter.look(2 * SECOND)).isEqualTo(new Load(0.8, 0, 30_000));
  }

  /** It is counted as what it was granted, and the work by the same share. */
  @Test
  void whoBeatsInATightLoopIsNotWhatIsDue() {
    first.work(100, 100_000, 0.5);
    Load alone = meter.look(SECOND);
    assertThat(alone.heartbeatsPerSecond()).isLessThan(1);
    assertThat(alone.busyShare()).isLessThan(0.001);
    first.work(100, 90_000, 10_000);
    Load beside = meter.look(2 * SECOND);
    assertThat(beside.heartbeatsPerSecond()).isEqualTo(12_500);
    assertThat(beside.busyShare()).isCloseTo(12.5 / 90, within(1e-9));
  }

  @Test
  void aFleetMayBunchUpALittle() {
    first.work(90, 25_000, 20_000);
    assertThat(meter.look(SECOND)).isEqualTo(new Load(0.9, 0, 25_000, 20_000, 20_000, 0));
  }

  @Test
  void whatElseIsReadIsNotWhatIsDue() {
    first.work(100, 30_000, 30_000);
    first.work += 2_000L * WorkMeter.HEARTBEATS_OF_A_CALL + 30_000;
    assertThat(meter.look(SECOND).busyShare()).isCloseTo(0.3, within(1e-9));
    first.work(100, 0, 30_000);
    first.work += 100_000;
    assertThat(meter.look(2 * SECOND))
        .as("nothing else")
        .extracting(Load::busyShare, Load::heartbeatsPerSecond)
        .containsExactly(0.0, 0.0);
  }

  /** A loop full of watchers, and one that is calm with a fleet, make no fleet that is too much. */
  @Test
  void fewHeartbeatsAreNotWhatKeepsALoopBusy() {
    first.work(100, 100, 100);
    second.work(30, 20_000, 20_000);
    Load load = meter.look(SECOND);
    assertThat(load.busyShare()).isCloseTo(0.3, within(1e-9));
    first.work(100, 20_000, 20_000);
    assertThat(meter.look(2 * SECOND).busyShare()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void pausesCountByTheirShareAndByWhoseTheyAre() {
    first.work(10, 20_000, 20_000);
    door.tick(SECOND / 2 + AwakeClock.TICK_NANOS);
    assertThat(meter.look(SECOND).pausedShare()).isEqualTo(0.5);
    assertThat(meter.look(2 * SECOND).pausedShare()).isZero();
    first.work(10, 50_000, 10_000);
    door.tick(SECOND + 2 * AwakeClock.TICK_NANOS);
    assertThat(meter.look(3 * SECOND).pausedShare()).isCloseTo(0.51 * 0.25, within(1e-2));
  }

  /** By how much: what is unread grows, and an event loop with unread heartbeats never waits. */
  @Test
  void whereMoreIsDueThanCanBeReadItIsKnownByHowMuch() {
    assertThat(demand(100, 80_000, 120_000)).isEqualTo(1.5);
    assertThat(demand(95, 76_000, 120_000)).isCloseTo(1.5, within(1e-9));
    second.work(100, 40_000, 80_000);
    assertThat(demand(100, 80_000, 120_000)).as("of the worst").isEqualTo(2);
  }

  @Test
  void whoIsServedWellDemandsNothing() {
    assertThat(demand(70, 50_000, 50_000)).isZero();
    assertThat(demand(100, 80_000, 79_000)).as("it makes up for a pause").isZero();
    assertThat(demand(96, 78_000, 80_000)).as("there is room").isZero();
  }

  /** A client that stands still, or is gone and not missed yet: the event loop waits for it. */
  @Test
  void whoIsSilentIsNotWhatCannotBeRead() {
    assertThat(demand(60, 50_000, 100_000)).isZero();
    assertThat(demand(94, 50_000, 100_000)).isZero();
  }

  /** What a stuck event loop, or a starved one, does not read is no measure of what it could. */
  @Test
  void whoReadsLittleIsNotBusyWithHeartbeats() {
    assertThat(demand(100, 0, 100_000)).isZero();
    assertThat(demand(100, 23_000, 100_000)).isZero();
    assertThat(demand(100, 24_000, 48_000)).isEqualTo(2);
  }

  @Test
  void aFloodIsWhatCouldBeReadInstead() {
    assertThat(demand(100, 900_000, 100_000)).isZero();
  }

  /** Who registers is read once: then there is room for what is due. */
  @Test
  void soIsACrowd() {
    first.work += 4_000L * WorkMeter.HEARTBEATS_OF_A_CALL;
    assertThat(demand(100, 20_000, 90_000)).isZero();
    first.work += 4_000L * WorkMeter.HEARTBEATS_OF_A_CALL;
    assertThat(demand(100, 20_000, 120_000)).isEqualTo(1.2);
  }

  /** What is demanded goes by what was granted; whether it is too much by what they were told. */
  @Test
  void whoWasToldOfLongerTimesIsDueLessOften() {
    first.work(100, 80_000, 120_000);
    first.due = 100_000;
    assertThat(meter.look(SECOND)).isEqualTo(new Load(1, 0, 80_000, 100_000, 120_000, 1.5));
    first.work(100, 80_000, 120_000);
    first.due = 80_000;
    assertThat(meter.look(2 * SECOND)).isEqualTo(new Load(1, 0, 80_000, 80_000, 120_000, 0));
  }
}
