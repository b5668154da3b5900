package io.pulsewatch.server.hook;

/**
 * How much one hook may hold.
 *
 * @param maxQueued letters that wait; while there are so many it reads no further
 * @param maxDead dead letters; past it the oldest makes room
 * @param maxPage changes of one reading
 */
public record HookLimits(int maxQueued, int maxDead, int maxPage) {
  /** Changes of one reading. */
  private static final int PAGE = 256;

  /** Tests that wait. */
  static final int MAX_TESTS = 4;

  public HookLimits(int maxQueued, int maxDead) {
    this(maxQueued, maxDead, PAGE);
  }
}
