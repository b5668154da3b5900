package io.pulsewatch.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Our hand-written protobuf against the real one. Confined to the test's thread. */
final class AnswerTest {
  private final Answer answer = new Answer();

  @Test
  void readsAnAck() {
    read(
        HeartbeatResponse.newBuilder()
            .setAck(
                Ack.newBuilder()
                    .setSequence(1_234_567)
                    .setSentMonotonicNanos(-5)
                    .setExpiresIn(Duration.newBuilder().setSeconds(5))
                    .setState(State.STATE_ALIVE)
                    .setStatus(Status.STATUS_SERVING))
            .build());

    assertThat(answer.kind()).isEqualTo(Answer.ACK);
    assertThat(answer.sequence()).isEqualTo(1_234_567);
    assertThat(answer.sentNanos()).isEqualTo(-5);
    assertThat(answer.isComplete()).isTrue();
  }

  @Test
  void anAckWithoutFenceIsNotComplete() {
    read(
        HeartbeatResponse.newBuilder()
            .setAck(Ack.newBuilder().setSentMonotonicNanos(1).setState(State.STATE_ALIVE))
            .build());

    assertThat(answer.isComplete()).isFalse();
  }

  @Test
  void skipsWhatIsNoAck() {
    read(
        HeartbeatResponse.newBuilder()
            .setRegistered(Registered.newBuilder().setIncarnation(7).setServerId("a server"))
            .build());

    assertThat(answer.kind()).isEqualTo(Answer.REGISTERED);
    assertThat(answer.sequence()).isZero();
  }

  @Test
  void writesAHeartbeat() throws Exception {
    ByteBuffer out = ByteBuffer.allocate(64);

    int cost = Frames.heartbeat(out, 3, 300, Long.MAX_VALUE);

    assertThat(out.position()).isEqualTo(Frames.HEADER_BYTES + cost);
    out.flip().position(Frames.HEADER_BYTES + Frames.GRPC_PREFIX_BYTES);
    HeartbeatRequest request = HeartbeatRequest.parseFrom(out);
    assertThat(request.getHeartbeat().getSequence()).isEqualTo(300);
    assertThat(request.getHeartbeat().getSentMonotonicNanos()).isEqualTo(Long.MAX_VALUE);
  }

  private void read(HeartbeatResponse response) {
    byte[] bytes = response.toByteArray();
    ByteBuffer in = ByteBuffer.allocate(bytes.length + 3).put(3, bytes);
    answer.read(in, 3, bytes.length);
  }
}
