package io.pulsewatch.client;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.WatchResponse;
import java.time.Duration;

/**
 * Told what a {@link PulsewatchWatcher} sees.
 *
 * <p>All calls come from the watcher's one thread, one after another. The next response is asked
 * for only when the calls for the last one have returned: a slow listener makes the server fold or
 * skip, and say how much, and never grows memory here. {@link PulsewatchWatcher#view()} is already
 * up to date when a call is made. What is thrown is logged, and the watch goes on.
 */
public interface WatchListener {

  /** The view was replaced: forget everything that was known before. */
  default void onSnapshot(WatchSnapshot snapshot) {}

  /**
   * One change, in revision order, with its cause and evidence. Where {@code left_view} is set the
   * instance is not in the view any more.
   */
  default void onChange(Change change) {}

  /**
   * Changes were folded into later ones.
   *
   * @param count at least 1
   */
  default void onFolded(long count) {}

  /**
   * The view is up to date, and this is how the server judges at the moment. While it says {@code
   * warming_up}, whatever its mode is, who is missing may be on his way back.
   */
  default void onBookmark(Bookmark bookmark) {}

  /** Each response as it came, before the calls that follow from it. */
  default void onResponse(WatchResponse response) {}

  /**
   * The stream was lost or refused; the watcher comes back by itself and goes on from its token.
   *
   * @param retryIn wait until the next attempt
   */
  default void onDisconnected(PulsewatchException cause, Duration retryIn) {}

  /**
   * The server refused in a way that no retry mends ({@code INVALID_ARGUMENT}, {@code
   * PERMISSION_DENIED}, {@code FAILED_PRECONDITION}, {@code OUT_OF_RANGE}), or the watcher itself
   * broke ({@code INTERNAL}). It stopped for good.
   */
  default void onFailed(PulsewatchException cause) {}
}
