package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Reader;
import java.util.concurrent.Executor;

/**
 * The thread that reads a stream and is the only one to write it. {@code execute} runs a task
 * there, in order, and not so many at once that others would wait for them.
 */
public interface StreamLoop extends Executor {
  /** What the liveness loop needs to know of it. */
  Reader reader();

  /** A heartbeat was read, for metrics. On this loop only; as cheap as a write to a field. */
  void countHeartbeat();

  /**
   * So many more heartbeats are due here in a billion seconds; fewer, if negative. On this loop
   * only; as cheap as two writes to fields.
   *
   * @param more by the times that senders were told
   * @param moreGranted by those that they were granted, as if none was told of longer ones
   */
  void countDue(long more, long moreGranted);

  /**
   * So many more streams have a register that is read and not answered; fewer, if negative. On this
   * loop only; as cheap as a write to a field.
   */
  void countRegistering(int more);

  /** Finds the loop of the calling thread. */
  interface Finder {
    StreamLoop current();
  }
}
