package io.pulsewatch.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** An instance that came or was killed, and which xDS clients know of it. Confined. */
final class PoolChange {
  /** Field 2 of a SocketAddress. */
  private static final byte ADDRESS_TAG = 0x12;

  private static final long UNTOLD = Long.MAX_VALUE;

  private final byte[] pattern;
  private final @Nullable PoolChange coming;
  private final boolean first;
  private final long sentNanos;
  private final BitSet told = new BitSet();
  private long version = UNTOLD;

  /**
   * Creates one that nobody knows of.
   *
   * @param coming of the same instance, which is killed now; null: it comes
   * @param first whether nothing of its service changed within the time that joins changes
   */
  PoolChange(String host, @Nullable PoolChange coming, boolean first, long sentNanos) {
    byte[] text = host.getBytes(US_ASCII);
    this.pattern = new byte[text.length + 2];
    pattern[0] = ADDRESS_TAG;
    pattern[1] = (byte) text.length;
    System.arraycopy(text, 0, pattern, 2, text.length);
    this.coming = coming;
    this.first = first;
    this.sentNanos = sentNanos;
  }

  boolean isFirst() {
    return first;
  }

  /** Looks for it in a version that nobody has looked at. */
  void look(byte[] message, long itsVersion) {
    // Before it came it was not there, either.
    boolean may = coming == null || coming.version < itsVersion;
    if (version == UNTOLD && may && contains(message) == (coming == null)) {
      version = itsVersion;
    }
  }

  /** A client was told of a version. Returns how long after the change, once; else -1. */
  long onTold(int place, long itsVersion, long nowNanos) {
    if (itsVersion < version || told.get(place)) {
      return -1;
    }
    told.set(place);
    return Math.max(0, nowNanos - sentNanos);
  }

  /** How many clients know of it. */
  int count() {
    return told.cardinality();
  }

  private boolean contains(byte[] message) {
    int last = message.length - pattern.length;
    for (int at = 0; at <= last; at++) {
      if (message[at] == pattern[0] && matches(message, at)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(byte[] message, int at) {
    for (int i = 1; i < pattern.length; i++) {
      if (message[at + i] != pattern[i]) {
        return false;
      }
    }
    return true;
  }
}
