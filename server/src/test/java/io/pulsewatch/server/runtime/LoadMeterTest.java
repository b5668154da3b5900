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

  private static final class ManualWorker implements LoadMeter.Worker {
    private LoadMeter.Worked worked = LoadMeter.Worked.NOTHING;
    private long heartbeats;
    private double due;
    private long work;

    /** A hundredth of the time is one unit of it. */
    void work(int busy, long read, double promised) {
      worked = new LoadMeter.Worked(worked.busyNanos() + busy, worked.nanos() + 100);
      heartbeats += read;
      work += read;
      due = promised;
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
    public long work() {
      return work;
    }
  }

  @Test
  void theBusiestCountsAndHeartbeatsOfAll() {
    first.work(70, 20_000, 20_000);
    second.work(75, 20_000, 20_000);
    assertThat(meter.look(SECOND)).isEqualTo(new Load(0.75, 0, 40_000));
    first.work(90, 30_000, 30_000);
    assertThat(meter.look(2 * SECOND)).isEqualTo(new Load(0.9, 0, 30_000));
    assertThat(meter.look(3 * SECOND)).as("nothing since").isEqualTo(new Load(0, 0, 0));
  }

  /** Eight of its passes take more than a second, as they do in a flood. */
  @Test
  void whereNoMeasuredPassHasEndedItIsBusy() {
    first.work(50, 20_000, 20_000);
    assertThat(meter.look(SECOND).busyShare()).isEqualTo(0.5);
    first.heartbeats += 30_000;
    first.work += 30_000;
    first.due = 30_000;
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
    assertThat(meter.look(SECOND)).isEqualTo(new Load(0.9, 0, 25_000));
  }

  @Test
  void whatElseIsReadIsNotWhatIsDue() {
    first.work(100, 30_000, 30_000);
    first.work += 2_000L * WorkMeter.HEARTBEATS_OF_A_CALL + 30_000;
    assertThat(meter.look(SECOND).busyShare()).isCloseTo(0.3, within(1e-9));
    first.work(100, 0, 30_000);
    first.work += 100_000;
    assertThat(meter.look(2 * SECOND)).as("nothing else").isEqualTo(new Load(0, 0, 0));
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
}
