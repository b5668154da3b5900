package io.pulsewatch.bench.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One gRPC call of a {@link RawConnection}: its send window, and a message that has come in part.
 * Confined to the thread of its connection.
 */
public final class RawStream {
  private static final byte[] NOTHING = {};

  /** Larger ones are rare, and would be kept by ten thousand. */
  private static final int MAX_KEPT_BYTES = 1_024;

  final int id;
  private final RawConnection connection;
  private final int number;
  private byte[] kept = NOTHING;
  private int have;
  private boolean ended;

  long sendWindow;

  RawStream(RawConnection connection, int id, int number, long sendWindow) {
    this.connection = connection;
    this.id = id;
    this.number = number;
    this.sendWindow = sendWindow;
  }

  public RawConnection connection() {
    return connection;
  }

  /** The number that its opener gave it. */
  public int number() {
    return number;
  }

  /** True once the server has ended it. */
  public boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** Takes the payload of a DATA frame, which may hold several messages and parts of others. */
  void onData(ByteBuffer in, int from, int length, RawEvents events) {
    int at = from;
    int end = from + length;
    while (at < end) {
      int whole = have == 0 ? wholeMessage(in, at, end) : 0;
      if (whole > 0) {
        int prefix = Frames.GRPC_PREFIX_BYTES;
        events.onMessage(this, in, at + prefix, whole - prefix);
        at += whole;
      } else {
        at += keep(in, at, end, events);
      }
    }
  }

  private static int wholeMessage(ByteBuffer in, int at, int end) {
    if (end - at < Frames.GRPC_PREFIX_BYTES) {
      return 0;
    }
    int size = Frames.GRPC_PREFIX_BYTES + in.getInt(at + 1);
    return end - at >= size ? size : 0;
  }

  private int keep(ByteBuffer in, int at, int end, RawEvents events) {
    int prefix = Frames.GRPC_PREFIX_BYTES;
    int goal = have < prefix ? prefix : prefix + ByteBuffer.wrap(kept).getInt(1);
    int taken = Math.min(goal - have, end - at);
    if (kept.length < goal) {
      kept = Arrays.copyOf(kept, Math.max(goal, 256));
    }
    in.get(at, kept, have, taken);
    have += taken;
    if (have >= prefix && have == prefix + ByteBuffer.wrap(kept).getInt(1)) {
      int size = have - prefix;
      have = 0;
      byte[] whole = kept;
      kept = kept.length > MAX_KEPT_BYTES ? NOTHING : kept;
      events.onMessage(this, ByteBuffer.wrap(whole), prefix, size);
    }
    return taken;
  }
}
