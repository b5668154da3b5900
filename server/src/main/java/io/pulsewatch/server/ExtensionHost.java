package io.pulsewatch.server;

import io.grpc.StatusRuntimeException;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a server offers an extension. Thread-safe. */
public interface ExtensionHost {
  /** Runs tasks on the extension's thread, in order. Any thread; it starts with the first task. */
  Executor thread();

  Limits limits();

  /**
   * True while the server does not know yet all who live: after a start, and not again; returns at
   * once.
   */
  boolean isWarmingUp();

  /**
   * Opens a watch as a client would, without credentials and without a wire. It counts among {@code
   * max_watchers}. One message at a time is with the extension; whoever is slow is told folded
   * changes.
   *
   * @param told each message; on the extension's thread
   * @param ended the last call, there, too: the server says goodbye, or has too many watchers
   * @throws StatusRuntimeException if the request is malformed
   */
  void watch(
      WatchRequest request, Consumer<WatchResponse> told, Consumer<StatusRuntimeException> ended);

  /**
   * Keeps an eye on the credentials of a streaming call. On the call's thread, while it begins.
   *
   * @param ended why it must end; at most once, on the extension's thread
   */
  Caller caller(Consumer<StatusRuntimeException> ended);

  /** Who makes a streaming call. Confined to the extension's thread. */
  interface Caller {
    /** Its credentials were looked at and are good. */
    boolean isKnown();

    /**
     * Takes a token that came in a message.
     *
     * @param token empty: there is none
     * @return why it is no good; null: it is known from now on
     */
    @Nullable StatusRuntimeException show(String token);

    /** The call is over. Idempotent. */
    void release();
  }
}
