package io.pulsewatch.bench.wire;

import java.nio.ByteBuffer;

/**
 * The part of a HeartbeatResponse that a load generator looks at. Reused for every message, so that
 * reading one allocates nothing. Confined to its thread.
 */
public final class Answer extends FieldReader {
  public static final int REGISTERED = 1;
  public static final int ACK = 2;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private long sequence;
  private long sentNanos;
  private boolean fence;
  private boolean stretched;
  private long state;

  /** Of an ack. */
  public long sequence() {
    return sequence;
  }

  /** Of an ack: the echoed send time. */
  public long sentNanos() {
    return sentNanos;
  }

  /** Of an ack: whether it says all that an ack to a live instance says. */
  public boolean isComplete() {
    return fence && state == 1 && sentNanos != 0;
  }

  /** Of an ack: whether it says that times are longer from now on. */
  public boolean isStretched() {
    return stretched;
  }

  /** Reads a message that is whole. */
  public void read(ByteBuffer in, int from, int length) {
    kind = 0;
    sequence = 0;
    sentNanos = 0;
    fence = false;
    stretched = false;
    state = 0;
    at = from;
    int end = from + length;
    while (at < end) {
      long tag = varint(in);
      kind = (int) (tag >>> 3);
      int inner = (int) varint(in);
      if (kind == ACK) {
        ack(in, at + inner);
      }
      at += kind == ACK ? 0 : inner;
    }
  }

  private void ack(ByteBuffer in, int end) {
    while (at < end) {
      long tag = varint(in);
      switch ((int) tag) {
        case 1 << 3 -> sequence = varint(in);
        case 2 << 3 -> sentNanos = varint(in);
        case (3 << 3) | BYTES -> {
          fence = true;
          skip(in, BYTES);
        }
        case (4 << 3) | BYTES -> {
          stretched = true;
          skip(in, BYTES);
        }
        case 5 << 3 -> state = varint(in);
        default -> skip(in, (int) tag & 7);
      }
    }
  }

  private void skip(ByteBuffer in, int wireType) {
    switch (wireType) {
      case VARINT -> varint(in);
      case FIXED64 -> at += 8;
      case BYTES -> {
        int length = (int) varint(in);
        at += length;
      }
      case FIXED32 -> at += 4;
      default -> throw new IllegalStateException("wire type " + wireType);
    }
  }
}
