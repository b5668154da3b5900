package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import java.util.List;

/**
 * A consumer of changes. Called on the fan-out thread only; each call returns at once.
 *
 * <p>It is told something only while {@link #isReady} and while there is {@link Room}, but for what
 * precedes its end. When it becomes ready again, somebody calls {@link Subscription#onReady} on the
 * fan-out thread; nobody need say that there is room again.
 */
public interface Subscriber {
  /** True while it can take more. */
  boolean isReady();

  /**
   * Forget everything: all states follow.
   *
   * @param skipped changes that matched and will not be told one by one, as far as that is known
   */
  void onSnapshotBegin(SnapshotReason reason, long skipped);

  /** Some of the states. */
  void onInstances(Rendered<List<Entry>> instances);

  /**
   * All states were told.
   *
   * @param at from here on changes follow
   * @param count instances told since the beginning
   */
  void onSnapshotEnd(Position at, long count);

  /** Changes, in revision order. The same batch goes to all who have the same filter. */
  void onChanges(Rendered<ChangeBatch> changes);

  void onBookmark(Bookmark bookmark);

  /** The server asks to come back later; {@link #onEnd} follows. */
  void onGoodbye(Goodbye goodbye);

  /** The last call. */
  void onEnd(End why);
}
