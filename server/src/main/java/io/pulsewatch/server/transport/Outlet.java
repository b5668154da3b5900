package io.pulsewatch.server.transport;

import io.grpc.StatusRuntimeException;

/**
 * Where what one watcher is told goes out: a gRPC call, or an answer of the web port. Called on the
 * fan-out thread, but for {@link #onOpen}; returns at once.
 */
public interface Outlet {
  /** Before all else, on the thread that opens the watch: whom to tell that it can take more. */
  void onOpen(Open watch);

  /** True while it can take more. When it becomes so again, it says {@link Open#onReady}. */
  boolean isReady();

  void tell(Encoded message);

  /** The last call, but for one whose reader went away. */
  void end(StatusRuntimeException why);

  /** A watch as its outlet sees it. Thread-safe. */
  interface Open {
    /** The outlet can take more. */
    void onReady();

    /** Nobody reads any more. Idempotent. */
    void onGone();
  }
}
