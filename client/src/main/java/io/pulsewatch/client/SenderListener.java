package io.pulsewatch.client;

import java.time.Duration;

/**
 * Told what happens to a {@link PulsewatchSender}.
 *
 * <p>All calls come from one thread of their own, one after another, so a call that blocks delays
 * later calls and nothing else: heartbeats go on, and roles are told on threads of their own. At
 * most 1,024 calls wait; past that the oldest is dropped and the log says so once. What is thrown
 * is logged.
 *
 * <p>An incarnation is believed in from {@link #onRegistered} until {@link #onExpired}, and again
 * from {@link #onRestored}. Work that must not be done by two instances checks {@link
 * PulsewatchSender#isCurrent()} before each side effect: that call knows before any callback does.
 */
public interface SenderListener {

  /** A new incarnation began: the first one, or one that follows an incarnation that ended. */
  default void onRegistered(Registration registration) {}

  /**
   * Stop work: the server may call this incarnation dead from now on. The sender goes on trying,
   * unless {@link #onSuperseded} or {@link #onFailed} follows.
   */
  default void onExpired() {}

  /** The same incarnation was heard again before the server gave it up: work may go on. */
  default void onRestored() {}

  /** Another process owns the name. The sender stopped for good. */
  default void onSuperseded(PulsewatchException cause) {}

  /**
   * The server refused in a way that no retry mends ({@code INVALID_ARGUMENT}, {@code
   * PERMISSION_DENIED}, {@code FAILED_PRECONDITION}), or the sender itself broke ({@code
   * INTERNAL}). It stopped for good.
   */
  default void onFailed(PulsewatchException cause) {}

  /**
   * An attempt failed or a stream was lost; the sender tries again by itself. {@code
   * ALREADY_EXISTS} says that a live process holds the name.
   *
   * @param retryIn wait until the next attempt
   */
  default void onDisconnected(PulsewatchException cause, Duration retryIn) {}

  /**
   * The sender's own thread did not run for more than an interval after it should have: this
   * machine is short of CPU, or something holds that thread up, such as a channel factory. No
   * heartbeats go out meanwhile. Told once, until it runs again; {@link #onExpired} is told in time
   * all the same.
   *
   * @param late how long ago it should have run
   */
  default void onStarved(Duration late) {}

  /** The server refused a part of one heartbeat, such as a note; the session lives on. */
  default void onRejected(String reason, String description) {}
}
