package io.pulsewatch.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.pulsewatch.xds.envoy.DiscoveryResponse;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Our hand-written protobuf against the real one. Confined to the test's thread. */
final class XdsAnswerTest {
  private final XdsAnswer answer = new XdsAnswer();

  @Test
  void readsWhatStandsBeforeTheResources() {
    byte[] head =
        DiscoveryResponse.newBuilder()
            .setVersionInfo("17")
            .setTypeUrl("type")
            .setNonce("v17")
            .build()
            .toByteArray();
    byte[] resources =
        DiscoveryResponse.newBuilder()
            .addResources(Any.newBuilder().setTypeUrl("other"))
            .build()
            .toByteArray();
    ByteBuffer whole = ByteBuffer.allocate(1 + head.length + resources.length);
    whole.put((byte) 0).put(head).put(resources);

    answer.read(whole, 1, whole.capacity() - 1);

    assertThat(answer.version()).isEqualTo("17");
    assertThat(answer.type()).isEqualTo("type");
    assertThat(answer.nonce()).isEqualTo("v17");
  }
}
