package io.pulsewatch.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is read along in a stream. Confined to the test's thread. */
final class HeartbeatTapTest {
  private final ArrivalQueue queue = new ArrivalQueue();
  private long nowNanos = 1_000;
  private final HeartbeatTap tap =
      new HeartbeatTap(source -> source.service().equals("orders"), queue, () -> nowNanos);

  @Test
  void eachHeartbeatHasTheTimeAtWhichItCame() throws InterruptedException {
    tap.accept(register("orders"));
    nowNanos = 2_000;
    tap.accept(heartbeat(7, 55));
    Arrival arrival = Objects.requireNonNull(queue.take(0));
    assertThat(arrival.sequence()).isEqualTo(7);
    assertThat(arrival.sentNanos()).isEqualTo(55);
    assertThat(arrival.receivedNanos()).isEqualTo(2_000);
    assertThat(arrival.source().instanceId()).isEqualTo("a");
    assertThat(queue.take(0)).isNull();
  }

  @Test
  void othersAreRelayedOnly() throws InterruptedException {
    tap.accept(register("billing"));
    tap.accept(heartbeat(1, 1));
    assertThat(queue.take(0)).isNull();
  }

  @Test
  void whatIsNoMessageIsTheServersConcern() throws InterruptedException {
    tap.accept(heartbeat(1, 1));
    tap.accept(new byte[] {1, 2, 3});
    assertThat(queue.take(0)).isNull();
  }

  @Test
  void aFullQueueDropsAndCounts() {
    tap.accept(register("orders"));
    for (int i = 1; i <= ArrivalQueue.MAX_WAITING + 3; i++) {
      tap.accept(heartbeat(i, i));
    }
    assertThat(queue.dropped()).isEqualTo(3);
  }

  private static byte[] register(String service) {
    return HeartbeatRequest.newBuilder()
        .setRegister(
            Register.newBuilder()
                .setInstance(InstanceName.newBuilder().setService(service).setInstanceId("a")))
        .build()
        .toByteArray();
  }

  private static byte[] heartbeat(long sequence, long sentNanos) {
    return HeartbeatRequest.newBuilder()
        .setHeartbeat(Heartbeat.newBuilder().setSequence(sequence).setSentMonotonicNanos(sentNanos))
        .build()
        .toByteArray();
  }
}
