package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Pulse.Outcome.ACK;
import static io.pulsewatch.server.liveness.Pulse.Outcome.POST;
import static io.pulsewatch.server.liveness.Pulse.Outcome.POSTED;
import static io.pulsewatch.server.liveness.Rig.MS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PulseTest {
  private final ManualReader reader = new ManualReader(0);
  private final AwakeClock loop = new AwakeClock(0);
  private final Pulse pulse = new Pulse(reader, loop, 0);

  /** Numbers as they arrive on one stream, what is then the last, and the slots skipped. */
  @ParameterizedTest(name = "{0}: last {1}, skipped {2}")
  @CsvSource({
    "1 2 3,        3, 0",
    "1 3,          3, 1",
    "1 3 4 9,      9, 5",
    // The first number of a stream proves no gap: nobody knows what went before.
    "5 6,          6, 0",
    "5 7,          7, 1",
    // Duplicates and old ones renew liveness only.
    "4 4 4,        4, 0",
    "4 2 5,        5, 0",
    "4 2 6,        6, 1",
    // 0 is for us to number; such numbers count no slots and prove no gap.
    "0 0 0,        3, 0",
    "0 0 7,        7, 0",
    "0 0 7 9,      9, 1",
    "3 0 9,        9, 0",
    "3 0 4,        4, 0",
    "-1 -9,        0, 0",
  })
  void counts(String numbers, long last, long skipped) {
    for (String number : numbers.split(" ", -1)) {
      assertThat(pulse.onHeartbeat(Long.parseLong(number), 0, 0, null, 1)).isEqualTo(ACK);
    }
    assertThat(pulse.lastSequence()).isEqualTo(last);
    assertThat(pulse.skipped()).isEqualTo(skipped);
  }

  @Test
  void aHeartbeatWithoutNewsIsAckedAtOnce() {
    pulse.continueFrom(7, Status.SERVING);
    assertThat(pulse.onHeartbeat(8, 5, 3, null, MS)).isEqualTo(ACK);
    assertThat(pulse.onHeartbeat(9, 5, 4, Status.SERVING, 2 * MS)).isEqualTo(ACK);
    assertThat(pulse.hasNews()).isFalse();
    assertThat(pulse.arrivalNanos()).isEqualTo(2 * MS);
    assertThat(pulse.silenceNanos(5 * MS)).isEqualTo(3 * MS);
    assertThat(pulse.sender()).isEqualTo(new Gap.Sender(1, 0, 4));
    assertThat(pulse.lastSequence()).isEqualTo(9);
  }

  @Test
  void aNewStatusIsNewsOnce() {
    pulse.continueFrom(0, Status.SERVING);
    assertThat(pulse.onHeartbeat(1, 11, 0, Status.DRAINING, MS)).isEqualTo(POST);
    assertThat(pulse.take()).isEqualTo(News.heard(1, 11, gap(MS, 0), Status.DRAINING));
    assertThat(pulse.take()).isNull();
    assertThat(pulse.onHeartbeat(2, 12, 0, Status.DRAINING, 2 * MS)).isEqualTo(ACK);
    assertThat(pulse.onHeartbeat(3, 13, 0, Status.SERVING, 3 * MS)).isEqualTo(POST);
  }

  @Test
  void anOldNumberBringsNoStatus() {
    pulse.continueFrom(5, Status.SERVING);
    assertThat(pulse.onHeartbeat(5, 0, 0, Status.DRAINING, MS)).isEqualTo(ACK);
    assertThat(pulse.onHeartbeat(4, 0, 0, Status.DRAINING, 2 * MS)).isEqualTo(ACK);
    assertThat(pulse.arrivalNanos()).as("but it renews liveness").isEqualTo(2 * MS);
    assertThat(pulse.onHeartbeat(6, 0, 0, Status.DRAINING, 3 * MS)).isEqualTo(POST);
  }

  @Test
  void whatAMarkedPulseHearsIsNewsAndFolds() {
    pulse.continueFrom(0, Status.SERVING);
    pulse.mark();
    assertThat(pulse.isMarked()).isTrue();
    assertThat(pulse.onHeartbeat(1, 11, 0, null, 40 * MS)).isEqualTo(POST);
    assertThat(pulse.onHeartbeat(2, 12, 0, Status.DEGRADED, 50 * MS)).isEqualTo(POSTED);
    assertThat(pulse.onHeartbeat(3, 13, 0, null, 60 * MS)).isEqualTo(POSTED);
    assertThat(pulse.hasNews()).isTrue();
    News news = pulse.take();
    assertThat(news).isEqualTo(new News(true, 3, 13, gap(10 * MS, 30 * MS), Status.DEGRADED, null));
    assertThat(pulse.hasNews()).isFalse();
    assertThat(pulse.onHeartbeat(4, 14, 0, null, 61 * MS)).isEqualTo(POST);
    pulse.take();
    pulse.unmark();
    assertThat(pulse.onHeartbeat(5, 15, 0, null, 62 * MS)).isEqualTo(ACK);
  }

  @Test
  void anEndFoldsBehindWhatWasHeard() {
    pulse.mark();
    News.Ending lost = new News.Ending(News.End.LOST, "reset");
    assertThat(pulse.onHeartbeat(1, 11, 0, Status.DRAINING, MS)).isEqualTo(POST);
    assertThat(pulse.onEnd(lost)).isEqualTo(POSTED);
    assertThat(pulse.onEnd(new News.Ending(News.End.LEFT, "late"))).isEqualTo(POSTED);
    assertThat(pulse.take())
        .as("the first ending counts")
        .isEqualTo(new News(true, 1, 11, gap(MS, 0), Status.DRAINING, lost));
    assertThat(pulse.onEnd(lost)).isEqualTo(POST);
    assertThat(pulse.take()).isEqualTo(News.ended(lost));
  }

  /** The pulse has not waited where the loop or the reader was not there to hear. */
  @Test
  void silenceIsWhatBothWereAwakeFor() {
    pulse.onHeartbeat(1, 0, 0, null, 5 * MS);
    loop.tick(1_000 * MS);
    assertThat(pulse.silenceNanos(1_000 * MS)).as("both paused").isEqualTo(5 * MS);
    for (long t = 1_010; t <= 2_000; t += 10) {
      loop.tick(t * MS);
    }
    assertThat(pulse.silenceNanos(2_000 * MS)).as("the reader still does").isEqualTo(5 * MS);
    reader.clock().tick(2_000 * MS);
    for (long t = 2_010; t <= 2_100; t += 10) {
      reader.clock().tick(t * MS);
    }
    assertThat(pulse.silenceNanos(2_100 * MS)).as("both were awake").isEqualTo(105 * MS);
  }

  @Test
  void aHeartbeatReadFirstAfterAPauseEndsItsSilence() {
    pulse.onHeartbeat(1, 0, 0, null, 5 * MS);
    assertThat(pulse.onHeartbeat(2, 0, 0, null, 900 * MS)).isEqualTo(ACK);
    loop.tick(905 * MS);
    assertThat(pulse.silenceNanos(905 * MS)).isEqualTo(0);
    assertThat(reader.clock().pauses()).isEqualTo(1);
  }

  @Test
  void aBeatNumbersThePulseAndStampsNobodysClock() {
    pulse.continueFrom(4, Status.SERVING);
    pulse.beat(0, true, false);
    assertThat(pulse.lastSequence()).isEqualTo(5);
    pulse.beat(9, true, false);
    assertThat(pulse.lastSequence()).isEqualTo(9);
    assertThat(pulse.arrivalNanos()).isZero();
    assertThat(reader.clock().lastTickNanos()).isZero();
  }

  @Origins
  void wrapsWithTheClock(long origin) {
    Pulse wrapping = new Pulse(new ManualReader(origin), new AwakeClock(origin), origin);
    wrapping.onHeartbeat(1, 0, 0, null, origin + 5 * MS);
    assertThat(wrapping.arrivalNanos()).isEqualTo(origin + 5 * MS);
    assertThat(wrapping.silenceNanos(origin + 25 * MS)).isEqualTo(20 * MS);
    wrapping.restart(origin + 25 * MS);
    assertThat(wrapping.silenceNanos(origin + 25 * MS)).isZero();
  }

  /** The first gap of a stream: nobody knows when its sender spoke before. */
  private static Gap gap(long silenceNanos, long pausedNanos) {
    return new Gap(silenceNanos, pausedNanos, new Gap.Sender(1, Evidence.UNKNOWN, 0));
  }
}
