package io.pulsewatch.server.liveness;

/**
 * What the loop needs to know of a thread that reads streams: whether it was awake, and whether it
 * has looked at its sockets since.
 *
 * <p>A silence proves nothing while the heartbeat that would end it may lie unread in a socket. So
 * a verdict by silence waits until the reader has begun and ended two I/O passes after the
 * deadline.
 *
 * <p>Thread-safe.
 */
public interface Reader {
  /** Awake time of the reading thread. */
  AwakeClock clock();

  /** A ticket for {@link #passed}: two whole I/O passes that begin after this call. */
  long ticket();

  /** True once the passes of the ticket are done. */
  boolean passed(long ticket);

  /** Asks an idle reader to pass soon. */
  void nudge();
}
