package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.runtime.FanoutLoopTest.Told;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.server.transport.TestStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Committed changes and tasks, handed over in order and counted. */
final class FanoutLoopTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final Told told = new Told();
  private final AtomicLong nanos = new AtomicLong(7);
  private final FanoutLoop fanout = new FanoutLoop(new Clocks(nanos::get, () -> 8), told, 4);

  static final class Told implements Engine.Consumers {
    final List<String> events = new ArrayList<>();

    @Override
    public void onCommitted(List<Change> changes) {
      events.add("committed " + changes.size());
    }

    @Override
    public boolean isLive(InstanceKey key) {
      return true;
    }

    @Override
    public void onChanges(List<Change> changes) {
      events.add("changes " + changes.size());
    }

    @Override
    public int turn(long nowNanos, long wallMillis) {
      events.add("turn " + nowNanos + " " + wallMillis);
      return 0;
    }
  }

  private List<Change> changes(int count) {
    ManualEngine engine = new ManualEngine(grpc);
    for (int i = 0; i < count; i++) {
      TestStream.open(engine.channel()).send(Requests.register("orders/" + i));
    }
    engine.turn();
    return engine.takeChanges();
  }

  @Test
  void readersFindThemBeforeAnybodyIsAnswered() {
    fanout.publish(changes(2));
    assertThat(told.events).containsExactly("committed 2");
    assertThat(fanout.turn()).isEqualTo(2);
    assertThat(told.events).containsExactly("committed 2", "changes 2", "turn 7 8");
  }

  @Test
  void changesComeBeforeTasks() {
    fanout.execute(() -> told.events.add("task"));
    fanout.publish(changes(1));
    assertThat(fanout.turn()).isEqualTo(2);
    assertThat(told.events).containsExactly("committed 1", "changes 1", "task", "turn 7 8");
    assertThat(fanout.turn()).isZero();
  }

  @Test
  void isFullWhileTooManyWait() {
    assertThat(fanout.isFull()).isFalse();
    fanout.publish(changes(3));
    assertThat(fanout.isFull()).isFalse();
    fanout.publish(changes(1));
    assertThat(fanout.isFull()).isTrue();
    fanout.turn();
    assertThat(fanout.isFull()).isFalse();
  }

  @Test
  void wakesForEachOfThem() {
    int[] wakes = new int[1];
    fanout.onWork(() -> wakes[0]++);
    fanout.publish(changes(1));
    fanout.execute(() -> {});
    assertThat(wakes[0]).isEqualTo(2);
  }

  @Test
  void aTurnRunsABoundedNumberOfTasks() {
    for (int i = 0; i < 3_000; i++) {
      fanout.execute(() -> {});
    }
    assertThat(fanout.turn()).isEqualTo(1_024);
    assertThat(fanout.turn()).isEqualTo(1_024);
    assertThat(fanout.turn()).isEqualTo(952);
  }

  @Test
  void aChangeWaitsForOneTaskAtTheMost() {
    List<Change> change = changes(1);
    fanout.execute(
        () -> {
          told.events.add("slow");
          fanout.publish(change);
        });
    fanout.execute(() -> told.events.add("next"));
    assertThat(fanout.turn()).isEqualTo(3);
    assertThat(told.events).containsExactly("slow", "committed 1", "changes 1", "next", "turn 7 8");
  }

  @Test
  void tasksThatTakeLongEndTheTurn() {
    for (int i = 0; i < 3; i++) {
      int number = i;
      fanout.execute(
          () -> {
            told.events.add("task " + number);
            nanos.addAndGet(1_000_000);
          });
    }
    assertThat(fanout.turn()).isEqualTo(2);
    assertThat(fanout.turn()).isEqualTo(1);
    assertThat(told.events)
        .containsExactly("task 0", "task 1", "turn 2000007 8", "task 2", "turn 3000007 8");
  }

  @Test
  void aTaskMayAskForAnother() {
    fanout.execute(() -> fanout.execute(() -> told.events.add("second")));
    fanout.turn();
    assertThat(told.events).contains("second");
  }
}
