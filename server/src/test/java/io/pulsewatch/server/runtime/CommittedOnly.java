package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.List;
import java.util.function.Consumer;

/**
 * Consumers of an engine that only take what was committed, on the loop. Everybody lives.
 * Thread-safe where what takes it is.
 */
record CommittedOnly(Consumer<List<Change>> committed) implements Engine.Consumers {
  @Override
  public void onCommitted(List<Change> changes) {
    committed.accept(changes);
  }

  @Override
  public boolean isLive(InstanceKey key) {
    return true;
  }

  @Override
  public void onChanges(List<Change> changes) {}

  @Override
  public int turn(long nowNanos, long wallMillis) {
    return 0;
  }
}
