package io.pulsewatch.server.watch;

import org.jspecify.annotations.Nullable;

/** Remembers the first thread that asks, for assertions that it stays the only one. */
final class Confinement {
  private @Nullable Thread owner;

  /** True on the thread that asked first. */
  boolean holds() {
    Thread current = Thread.currentThread();
    if (owner == null) {
      owner = current;
    }
    return owner.equals(current);
  }
}
