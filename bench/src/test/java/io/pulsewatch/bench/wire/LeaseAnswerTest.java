package io.pulsewatch.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Reading etcd's answer to a keepalive. Confined to the test's thread. */
final class LeaseAnswerTest {
  private final LeaseAnswer answer = new LeaseAnswer();

  private static byte[] message(long ttl) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(1, new byte[] {3 << 3, 99}); // a header, which is skipped
    out.writeInt64(2, 1L << 40);
    if (ttl != 0) {
      out.writeInt64(3, ttl);
    }
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void readsWhatIsLeft() throws IOException {
    byte[] message = message(60);
    ByteBuffer in = ByteBuffer.allocate(message.length + 3).put(3, message);

    answer.read(in, 3, message.length);

    assertThat(answer.ttlSeconds()).isEqualTo(60);
  }

  @Test
  void saysZeroWhereTheLeaseIsGone() throws IOException {
    answer.read(ByteBuffer.wrap(message(60)), 0, message(60).length);
    answer.read(ByteBuffer.wrap(message(0)), 0, message(0).length);

    assertThat(answer.ttlSeconds()).isZero();
  }
}
