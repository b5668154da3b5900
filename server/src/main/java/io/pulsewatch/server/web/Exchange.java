package io.pulsewatch.server.web;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * One request's way back: either a whole answer, or a flow that stays open. {@code execute} runs a
 * task on the event loop that writes it, in order.
 *
 * <p>Thread-safe; returns at once.
 */
public interface Exchange extends Executor {
  /** The answer. Dropped where one has begun before, or its reader went away. */
  void answer(WebAnswer answer);

  /**
   * An answer without an end. Its head goes out with its first part; until then a whole answer may
   * still take its place.
   *
   * @param onWritten whenever the last of what was handed over has been written; on the event loop
   * @param onGone once, when nobody reads it any more, or it has ended; on the event loop
   */
  Flow flow(String contentType, Runnable onWritten, Runnable onGone);

  /** An answer without an end. Thread-safe; parts of one thread go out in order. */
  interface Flow {
    /** Sends a part, which is made on the event loop. */
    void send(Supplier<ByteBuffer> part);

    /** Ends it after what was sent. Idempotent. */
    void end();
  }
}
