package io.pulsewatch.bench.wire;

import java.nio.ByteBuffer;

/**
 * Goes through the fields of a protobuf message without making objects of them. Reused for every
 * message. Confined to its thread.
 */
abstract sealed class FieldReader permits Answer, LeaseAnswer, WatchAnswer, XdsAnswer {
  private static final int MAX_SHIFT = 64;
  private static final int GROUP_BITS = 7;

  int kind;

  /** Where the next byte stands. */
  int at;

  /** Which case of the message's oneof it is, by field number. */
  public final int kind() {
    return kind;
  }

  final long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < MAX_SHIFT; shift += GROUP_BITS) {
      byte next = in.get(at++);
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("varint of more than 10 bytes");
  }
}
