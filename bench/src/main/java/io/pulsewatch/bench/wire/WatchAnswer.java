package io.pulsewatch.bench.wire;

import java.nio.ByteBuffer;

/**
 * The part of a WatchResponse that a load generator looks at: its revision and which case it is.
 * Reused for every message. Confined to its thread.
 */
public final class WatchAnswer extends FieldReader {
  public static final int SNAPSHOT_BEGIN = 3;
  public static final int SNAPSHOT_END = 5;
  public static final int CHANGES = 6;

  private static final int REVISION = 1;
  private static final int TOKEN = 2;

  private long revision;

  /** The newest revision that the watcher has seen everything up to. */
  public long revision() {
    return revision;
  }

  /** Reads the head of a message that is whole. */
  public void read(ByteBuffer in, int from, int length) {
    revision = 0;
    kind = 0;
    at = from;
    while (at < from + length) {
      int field = (int) (varint(in) >>> 3);
      switch (field) {
        case REVISION -> revision = varint(in);
        case TOKEN -> {
          int bytes = (int) varint(in);
          at += bytes;
        }
        default -> {
          kind = field;
          return;
        }
      }
    }
  }
}
