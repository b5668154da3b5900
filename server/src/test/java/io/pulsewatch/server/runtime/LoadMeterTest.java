package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Load;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What event loops had to do between two looks. */
final class LoadMeterTest {
  private static final long SECOND = 1_000_000_000L;

  private final ManualWorker first = new ManualWorker();
  private final ManualWorker second = new ManualWorker();
  private final AwakeClock door = new AwakeClock(0);

  private static final class ManualWorker implements LoadMeter.Worker {
    private LoadMeter.Worked worked = LoadMeter.Worked.NOTHING;
    private long heartbeats;

    @Override
    public LoadMeter.Worked worked() {
      return worked;
    }

    @Override
    public long heartbeats() {
      return heartbeats;
    }
  }

  @Test
  void theBusiestCountsAndHeartbeatsOfAll() {
    first.worked = new LoadMeter.Worked(70, 100);
    LoadMeter meter = new LoadMeter(List.of(first, second), door, 0);
    first.worked = new LoadMeter.Worked(90, 200);
    second.worked = new LoadMeter.Worked(60, 80);
    first.heartbeats = 3_000;
    second.heartbeats = 1_000;
    assertThat(meter.look(2 * SECOND)).isEqualTo(new Load(0.75, 0, 2_000));
    assertThat(meter.look(3 * SECOND)).as("nothing since").isEqualTo(new Load(0, 0, 0));
    first.worked = new LoadMeter.Worked(100, 210);
    assertThat(meter.look(4 * SECOND)).isEqualTo(new Load(1, 0, 0));
  }

  @Test
  void pausesCountByTheirShare() {
    LoadMeter meter = new LoadMeter(List.of(), door, 0);
    door.tick(SECOND / 2 + AwakeClock.TICK_NANOS);
    assertThat(meter.look(SECOND).pausedShare()).isEqualTo(0.5);
    assertThat(meter.look(2 * SECOND).pausedShare()).isZero();
  }
}
