package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** What one socket may bring in one pass. */
final class ShortReadsTest {
  private boolean crowd;
  private final ExtendedHandle socket =
      (ExtendedHandle) new ShortReads(() -> () -> crowd).newHandle();

  /** A pass over a socket that is never empty. Returns the bytes that it brought. */
  private int pass() {
    socket.reset(new EmbeddedChannel().config());
    int bytes = 0;
    do {
      ByteBuf buffer = socket.allocate(UnpooledByteBufAllocator.DEFAULT);
      int read = buffer.writableBytes();
      buffer.release();
      socket.attemptedBytesRead(read);
      socket.lastBytesRead(read);
      socket.incMessagesRead(1);
      bytes += read;
    } while (socket.continueReading());
    assertThat(socket.continueReading(() -> true)).isFalse();
    socket.readComplete();
    return bytes;
  }

  @Test
  void readsAsNettyDoesWhileThereIsNoCrowd() {
    pass();
    pass();
    assertThat(pass()).isEqualTo(16 * 64 * 1024);
  }

  @Test
  void readsLittleInACrowdAndMuchAgainAfterIt() {
    for (int i = 0; i < 3; i++) {
      pass();
    }
    crowd = true;
    for (int i = 0; i < 3; i++) {
      assertThat(pass()).isEqualTo(ShortReads.CROWD_BYTES);
    }
    crowd = false;
    pass();
    pass();
    assertThat(pass()).isEqualTo(16 * 64 * 1024);
  }
}
