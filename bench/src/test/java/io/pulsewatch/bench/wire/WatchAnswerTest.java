package io.pulsewatch.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ChangeBatch;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.WatchResponse;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Our hand-written protobuf against the real one. Confined to the test's thread. */
final class WatchAnswerTest {
  private final WatchAnswer answer = new WatchAnswer();

  @Test
  void readsHowFarAWatcherHasSeen() {
    read(
        WatchResponse.newBuilder()
            .setRevision(1_763_000_000_000_000L)
            .setResumeToken("some text")
            .setChanges(ChangeBatch.newBuilder().addChanges(Change.newBuilder().setRevision(7)))
            .build());

    assertThat(answer.kind()).isEqualTo(WatchAnswer.CHANGES);
    assertThat(answer.revision()).isEqualTo(1_763_000_000_000_000L);
  }

  @Test
  void forgetsTheMessageBefore() {
    readsHowFarAWatcherHasSeen();
    read(WatchResponse.newBuilder().setSnapshotEnd(SnapshotEnd.getDefaultInstance()).build());

    assertThat(answer.kind()).isEqualTo(WatchAnswer.SNAPSHOT_END);
    assertThat(answer.revision()).isZero();
  }

  private void read(WatchResponse message) {
    byte[] bytes = message.toByteArray();
    answer.read(ByteBuffer.wrap(bytes), 0, bytes.length);
  }
}
