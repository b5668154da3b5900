package io.pulsewatch.server.transport;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.Executor;

/**
 * Who is told what one watch brings: a gRPC call, or a reader of the web port. Called on the
 * fan-out thread, but for {@link #onOpen}; returns at once.
 */
public interface Hearer {
  /**
   * Before all else, on the thread that opens the watch.
   *
   * @param fanout the thread on which the watch is told things
   */
  void onOpen(Open watch, Executor fanout);

  /** True while nothing that it was told waits to be written. */
  boolean isReady();

  void tell(Encoded message);

  /** The last call, but for one who went away. */
  void end(StatusRuntimeException why);

  /** A watch as its hearer sees it. Confined to the fan-out thread. */
  interface Open {
    /** It can be told more. */
    void onReady();

    /** Nobody hears any more. Idempotent. */
    void onGone();
  }
}
