package io.pulsewatch.server.watch;

import org.jspecify.annotations.Nullable;

/** Who wants to know a name's health. Called on the fan-out thread only. */
public interface HealthSubscriber {
  /** True while it can take a value. When it becomes so again: {@link HealthWatch#onReady}. */
  boolean isReady();

  /** The value now; null: nobody has that name. */
  void onHealth(@Nullable Health health);

  /** The last call. */
  void onEnd(End why);
}
