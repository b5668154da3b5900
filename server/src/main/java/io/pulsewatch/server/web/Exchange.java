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
   * @param onReady whenever it can take more again; on the event loop
   * @param onGone once, when nobody reads it any more, or it has ended; on the event loop
   */
  Flow flow(String contentType, Runnable onReady, Runnable onGone);

  /** An answer without an end. Thread-safe; parts of one thread go out in order. */
  interface Flow {
    /** False while so much waits to be written that more would have to be kept. */
    boolean isReady();

    /**
     * Sends a part.
     *
     * @param weight about how many bytes it has
     * @param part makes it, on the event loop
     */
    void send(int weight, Supplier<ByteBuffer> part);

    /** Ends it after what was sent. Idempotent. */
    void end();
  }
}
