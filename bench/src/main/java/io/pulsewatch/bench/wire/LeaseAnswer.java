package io.pulsewatch.bench.wire;

import java.nio.ByteBuffer;

/**
 * The part of etcd's LeaseKeepAliveResponse that a load generator looks at. Reused for every
 * message, so that reading one costs as little as reading an ack of ours. Confined to its thread.
 */
public final class LeaseAnswer extends FieldReader {
  private static final int HEADER = 1;
  private static final int TTL = 3;

  private long ttlSeconds;

  /** What the lease has left; 0 where it is gone. */
  public long ttlSeconds() {
    return ttlSeconds;
  }

  /** Reads a message that is whole. */
  public void read(ByteBuffer in, int from, int length) {
    ttlSeconds = 0;
    at = from;
    while (at < from + length) {
      kind = (int) (varint(in) >>> 3);
      long value = varint(in);
      if (kind == HEADER) {
        at += (int) value;
      } else if (kind == TTL) {
        ttlSeconds = value;
      }
    }
  }
}
