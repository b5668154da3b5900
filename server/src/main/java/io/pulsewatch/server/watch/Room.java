package io.pulsewatch.server.watch;

import java.util.concurrent.TimeUnit;

/**
 * How much of what subscribers were told may wait to be written, over all of them.
 *
 * <p>Whoever hands a message over takes room for it, and gives it back when the last byte has been
 * written. While as much waits as may, nobody is told anything: subscribers wait in the {@link
 * Hub}'s queue, in order, as those do who are behind; they are looked at again with each turn, so
 * there is no signal that could get lost. Those who read pass the limit by one message at the most.
 *
 * <p><b>Those who do not read</b> keep what they took, and must not keep others waiting. So what
 * has waited for twice {@link #STALLED_NANOS}, at the most, counts no more against the limit. Each
 * subscriber holds one message, and a message is the smaller the more of them there are: so what
 * those hold who do not read is bounded by their number, and each of them can have delayed others
 * only once, and only together with all that it takes to fill the room at once. Where it comes to
 * {@link #CEILING} times the limit, the others become slow, and none waits for ever.
 *
 * <p>Confined to the fan-out thread.
 */
public final class Room {
  /**
   * Bytes in one message, at the most, but for a single change that is larger. gRPC clients accept
   * 4 MiB.
   */
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  /**
   * However many they are, a message may have so many bytes: small ones cost more than they save.
   */
  static final int MIN_MESSAGE_BYTES = 32 << 10;

  /** What gRPC and Netty make for each message that waits. */
  private static final int OVERHEAD_BYTES = 1 << 10;

  /** Who reads is written to much sooner, but where this machine itself is behind. */
  static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * So many times the limit may lie there, with what nobody reads. Past it one message goes out in
   * two periods.
   */
  private static final int CEILING = 3;

  private final long mostBytes;
  private int messageBytes = MAX_MESSAGE_BYTES;
  private long takenBytes;

  /** Periods of {@link #STALLED_NANOS} are counted; what was taken in this one, and the last. */
  private long period;

  private long periodNanos;
  private long freshBytes;
  private long recentBytes;

  /** What one subscriber holds. Confined to the fan-out thread. */
  public final class Seat {
    private long bytes;
    private long takenIn;

    private Seat() {}

    public boolean isEmpty() {
      return bytes == 0;
    }

    /** A message of so many bytes was handed over and is not written yet. */
    public void take(long messageLength) {
      long before = bytes;
      clear();
      bytes = before + sizeOf(messageLength);
      takenIn = period;
      takenBytes += bytes;
      freshBytes += bytes;
    }

    /** All was written, or never will be. Idempotent. */
    public void clear() {
      takenBytes -= bytes;
      if (takenIn == period) {
        freshBytes -= bytes;
      } else if (takenIn == period - 1) {
        recentBytes -= bytes;
      }
      bytes = 0;
    }
  }

  Room(long mostBytes, long nowNanos) {
    this.mostBytes = mostBytes;
    this.periodNanos = nowNanos;
  }

  /** What a message of so many bytes takes: its buffer is up to a quarter larger. */
  static long sizeOf(long messageLength) {
    return messageLength + messageLength / 4 + OVERHEAD_BYTES;
  }

  /** For a new subscriber; it holds nothing. */
  public Seat seat() {
    return new Seat();
  }

  /** True while one more message may be handed over. */
  boolean isOpen() {
    long fresh = freshBytes + recentBytes;
    return takenBytes < CEILING * mostBytes ? fresh < mostBytes : fresh == 0;
  }

  /** How full a message may be, by weight. */
  int messageBytes() {
    return messageBytes;
  }

  /** With what is made for each message besides. */
  public long takenBytes() {
    return takenBytes;
  }

  /** So many share it from now on. */
  void onWatchers(int watchers) {
    long share = mostBytes / Math.max(1, watchers);
    messageBytes = (int) Math.max(MIN_MESSAGE_BYTES, Math.min(MAX_MESSAGE_BYTES, share));
  }

  void turn(long nowNanos) {
    if (nowNanos - periodNanos >= STALLED_NANOS) {
      periodNanos = nowNanos;
      period++;
      recentBytes = freshBytes;
      freshBytes = 0;
    }
  }
}
