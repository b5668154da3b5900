package io.pulsewatch.server.hook;

import java.util.function.Consumer;

/** Whom a hook tells, as it is reached. Thread-safe; no call waits. */
public interface Receiver {
  /**
   * Begins one attempt.
   *
   * @param attempt from 1
   * @param done told once what came of it, on any thread; not within this call
   */
  Flight send(Letter letter, int attempt, Consumer<Outcome> done);

  /** One attempt under way. */
  interface Flight {
    /** Ends it soon; what came of it is told all the same. Any thread; idempotent. */
    void cancel();
  }
}
