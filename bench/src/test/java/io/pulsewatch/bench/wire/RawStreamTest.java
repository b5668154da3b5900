package io.pulsewatch.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that come in pieces. Confined to the test's thread. */
final class RawStreamTest implements RawEvents {
  private final List<String> messages = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5, 6, 7, 8, 11, 100})
  void piecesOfAnySizeGiveTheSameMessages(int piece) throws IOException {
    RawStream stream = new RawStream(new RawConnection(SocketChannel.open(), this, ""), 1, 0, 0);
    ByteBuffer in = ByteBuffer.allocate(100);
    for (String text : List.of("one", "", "three")) {
      in.put((byte) 0).putInt(text.length()).put(text.getBytes(UTF_8));
    }
    in.flip();

    for (int at = 0; at < in.limit(); at += piece) {
      stream.onData(in, at, Math.min(piece, in.limit() - at), this);
    }

    assertThat(messages).containsExactly("one", "", "three");
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    byte[] bytes = new byte[length];
    in.get(from, bytes);
    messages.add(new String(bytes, UTF_8));
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    throw new AssertionError(why);
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new AssertionError(why);
  }
}
