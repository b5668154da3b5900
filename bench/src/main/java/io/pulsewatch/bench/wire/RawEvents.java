package io.pulsewatch.bench.wire;

import java.nio.ByteBuffer;

/** What a {@link RawConnection} tells its owner, on the thread of its loop. */
public interface RawEvents {
  /** A whole message came. The buffer is valid during the call. */
  void onMessage(RawStream stream, ByteBuffer in, int from, int length);

  /** The server ended the call. */
  void onEnd(RawStream stream, String why);

  /** The server gave room to send more. */
  default void onRoom(RawConnection connection) {}

  /** The connection is gone, and no call of it will be told apart. */
  void onLost(RawConnection connection, String why);
}
