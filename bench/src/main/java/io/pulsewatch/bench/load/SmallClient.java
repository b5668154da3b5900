package io.pulsewatch.bench.load;

import io.pulsewatch.bench.wire.Frames;
import java.nio.ByteBuffer;

/**
 * Every byte that a client says to register one instance, encoded ahead. A socket, or a process as
 * small as {@code cat}, can send them and is a live instance from then on. Stateless.
 */
public final class SmallClient {
  private SmallClient() {}

  /** All there is to say. */
  public static byte[] bytes(int port, String instanceId, long intervalMillis, long timeoutMillis) {
    ByteBuffer out = ByteBuffer.allocate(4_096);
    Frames.preface(out);
    Frames.settingsAck(out);
    Frames.call(out, 1, "127.0.0.1:" + port, Registrations.PATH);
    Frames.message(out, 1, Registrations.register(instanceId, intervalMillis, timeoutMillis));
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }
}
