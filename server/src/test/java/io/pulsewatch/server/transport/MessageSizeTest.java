package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is estimated before a message is made bounds what is made. */
final class MessageSizeTest {
  /** The least that a message may have. */
  private static final int MOST_BYTES = 32 << 10;

  private static final int INSTANCES = 200;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private final WatchRig rig =
      new WatchRig(grpc, new WatchLimits(10, 1_000).withUnwrittenBytes(MOST_BYTES));

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u00e9", "\u4f60", "\ud83d\ude00"})
  void noMessageIsLargerThanItMayBe(String letter) {
    for (int i = 0; i < INSTANCES; i++) {
      rig.world.register("orders/" + i, "k1=" + letter.repeat(i % 80) + ",k2=" + letter.repeat(20));
    }
    Messages<WatchRequest, WatchResponse> watch = new Messages<>(Integer.MAX_VALUE);
    rig.watches().watch(WatchRequest.getDefaultInstance(), watch);
    rig.turn();
    assertThat(watch.next().hasSnapshotBegin()).isTrue();
    int told = 0;
    for (WatchResponse next = watch.next(); !next.hasSnapshotEnd(); next = watch.next()) {
      check(next);
      told += next.getInstances().getInstancesCount();
    }
    assertThat(told).isEqualTo(INSTANCES);
    rig.world.hold();
    for (int i = 0; i < INSTANCES; i++) {
      rig.world.relabel("orders/" + i, "k3=" + letter.repeat(i % 80));
    }
    rig.world.release();
    rig.turn();
    for (told = 0; told < INSTANCES; ) {
      WatchResponse next = watch.next();
      check(next);
      told += next.getChanges().getChangesCount();
    }
  }

  /** The estimate is an upper bound, and not far from the truth where texts are plain. */
  @Test
  void messagesAreFilled() {
    rig.world.hold();
    for (int i = 0; i < INSTANCES; i++) {
      rig.world.register("orders/" + i, "k=" + "v".repeat(200));
    }
    rig.world.release();
    Messages<WatchRequest, WatchResponse> watch = new Messages<>(Integer.MAX_VALUE);
    rig.watches().watch(WatchRequest.getDefaultInstance(), watch);
    rig.turn();
    assertThat(watch.next().hasSnapshotBegin()).isTrue();
    assertThat(watch.next().getSerializedSize()).isGreaterThan(MOST_BYTES / 3);
  }

  private static void check(WatchResponse message) {
    assertThat(message.getSerializedSize()).isLessThanOrEqualTo(MOST_BYTES);
  }
}
