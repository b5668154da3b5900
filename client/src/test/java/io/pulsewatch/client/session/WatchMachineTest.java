package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.cut;
import static io.pulsewatch.client.session.SenderBench.end;
import static io.pulsewatch.client.session.SenderBench.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a watcher connects, from where it goes on, and when it stops. */
final class WatchMachineTest {
  private final List<String> log = new ArrayList<>();
  private final WatchActions actions = new Recorder();
  private long attempt;
  private long nowNanos;

  private WatchMachine machine(double chance, long origin) {
    nowNanos = origin;
    WatchMachine machine =
        new WatchMachine(List.of("a", "b"), "", nanos(1000), new ScriptedRandom(chance), actions);
    machine.start(nowNanos);
    return machine;
  }

  private List<String> drain() {
    List<String> drained = List.copyOf(log);
    log.clear();
    return drained;
  }

  private void respond(WatchMachine machine, String token) {
    assertThat(machine.onResponse(attempt, token)).isTrue();
    machine.onRequested(attempt, nowNanos);
    machine.onTick(nowNanos);
  }

  private void run(WatchMachine machine, long millis) {
    long untilNanos = nowNanos + nanos(millis);
    while (untilNanos - nowNanos > 0) {
      long delay = Math.max(1, machine.nextDelayNanos(nowNanos));
      nowNanos += Math.min(delay, untilNanos - nowNanos);
      machine.onTick(nowNanos);
    }
  }

  @Test
  void goesOnFromItsNewestToken() {
    WatchMachine machine = machine(0, 0);
    respond(machine, "r1");
    respond(machine, "r2");
    respond(machine, ""); // inside a snapshot
    run(machine, 1000);
    machine.onStreamEnded(attempt, cut(), nowNanos);
    machine.onTick(nowNanos);
    assertThat(drain())
        .containsExactly(
            "connect 1 to a from ''",
            "abandon 1",
            "disconnected UNAVAILABLE in 0",
            "connect 2 to b from 'r2'");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void aSilentServerIsReplacedAfterTwoBookmarks(long origin) {
    WatchMachine machine = machine(0, origin);
    respond(machine, "r1");
    drain();
    run(machine, 3019); // 2 x 1 s + 1 s, and a second look
    assertThat(drain()).isEmpty();
    run(machine, 1);
    assertThat(drain()).startsWith("abandon 1", "disconnected UNAVAILABLE in 0");
  }

  @Test
  void aSlowListenerIsNoSilence() {
    WatchMachine machine = machine(0, 0);
    respond(machine, "r1");
    machine.onResponse(attempt, "r2");
    drain();
    run(machine, 60_000);
    assertThat(drain()).isEmpty();
    machine.onRequested(attempt, nowNanos);
    run(machine, 3020);
    assertThat(drain()).contains("abandon 1");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    WatchMachine machine = machine(0, 0);
    drain();
    run(machine, 4999);
    assertThat(drain()).isEmpty();
    run(machine, 1);
    assertThat(drain()).contains("abandon 1");
  }

  @Test
  void onlyAStreamThatLivedEarnsARetryAtOnce() {
    WatchMachine machine = machine(1 - 1e-12, 0);
    respond(machine, "r1");
    machine.onStreamEnded(attempt, cut(), nowNanos);
    machine.onTick(nowNanos);
    respond(machine, "r2");
    drain();
    machine.onStreamEnded(attempt, cut(), nowNanos);
    assertThat(drain()).contains("disconnected UNAVAILABLE in 99");
    run(machine, 101);
    respond(machine, "r3");
    run(machine, 1000);
    drain();
    machine.onStreamEnded(attempt, cut(), nowNanos);
    assertThat(drain()).contains("disconnected UNAVAILABLE in 0");
  }

  @Test
  void aNamedWaitOverrides() {
    WatchMachine machine = machine(0, 0);
    drain();
    machine.onStreamEnded(
        attempt,
        new StreamEnd(StreamEnd.Kind.REFUSED, "RESOURCE_EXHAUSTED", "", "", nanos(7000)),
        nowNanos);
    assertThat(drain()).contains("disconnected RESOURCE_EXHAUSTED in 7000");
    run(machine, 6999);
    assertThat(drain()).isEmpty();
    run(machine, 1);
    assertThat(drain()).containsExactly("connect 2 to b from ''");
  }

  @Test
  void aGoodbyeIsFollowedAfterItsWait() {
    WatchMachine machine = machine(0.5, 0);
    respond(machine, "r1");
    machine.onGoodbye(attempt, new Goodbye(nanos(1000), nanos(1000), List.of("p")), nowNanos);
    machine.onStreamEnded(attempt, cut(), nowNanos);
    drain();
    run(machine, 1499);
    assertThat(drain()).isEmpty();
    run(machine, 1);
    assertThat(drain()).containsExactly("connect 2 to p from 'r1'");
  }

  @Test
  void aVerdictStopsForGood() {
    WatchMachine machine = machine(0, 0);
    drain();
    machine.onStreamEnded(attempt, end(StreamEnd.Kind.NOT_ALLOWED, "INVALID_ARGUMENT"), nowNanos);
    assertThat(drain()).containsExactly("abandon 1", "failed INVALID_ARGUMENT");
    assertThat(machine.isOver()).isTrue();
  }

  @Test
  void closingAbandonsTheStream() {
    WatchMachine machine = machine(0, 0);
    respond(machine, "r1");
    drain();
    machine.onClose();
    assertThat(drain()).containsExactly("abandon 1");
    assertThat(machine.onResponse(attempt, "r2")).isFalse();
  }

  private final class Recorder implements WatchActions {
    @Override
    public void connect(long number, String address, String resumeToken) {
      attempt = number;
      log.add("connect " + number + " to " + address + " from '" + resumeToken + "'");
    }

    @Override
    public void abandon(long number) {
      log.add("abandon " + number);
    }

    @Override
    public void tellDisconnected(StreamEnd end, long retryInNanos) {
      log.add("disconnected " + end.code() + " in " + retryInNanos / 1_000_000);
    }

    @Override
    public void tellFailed(StreamEnd end) {
      log.add("failed " + end.code());
    }
  }
}
