package io.pulsewatch.server.hook;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.OptionalLong;

/**
 * What outlives a server of its hooks. Called on the hooks' thread; returns at once. What is said
 * is kept in the order in which it was said, so a cursor is never kept without the dead letters
 * that it passed.
 */
public interface HookStore {
  /** Nothing does. */
  HookStore NONE =
      new HookStore() {
        @Override
        public OptionalLong cursor(String hook) {
          return OptionalLong.empty();
        }

        @Override
        public List<Kept> deadLetters(String hook) {
          return List.of();
        }

        @Override
        public void keepCursor(String hook, long revision) {}

        @Override
        public void keep(String hook, DeadLetter letter) {}

        @Override
        public void forget(String hook, long revision) {}
      };

  /**
   * A dead letter as it was kept.
   *
   * @param original {@link Letter#original}
   */
  record Kept(
      long revision, ByteString original, int attempts, String error, long failedAtMillis) {}

  /** Everything up to there was delivered, or is a dead letter; empty: a new hook. */
  OptionalLong cursor(String hook);

  /** Those of an earlier process, oldest first. */
  List<Kept> deadLetters(String hook);

  /** So much waits to be kept that nothing should be read which adds to it. */
  default boolean isFull() {
    return false;
  }

  void keepCursor(String hook, long revision);

  void keep(String hook, DeadLetter letter);

  /** The dead letter of this revision was delivered, or made room. */
  void forget(String hook, long revision);
}
