package io.pulsewatch.server.watch;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that many subscribers are told, and what the first of them made of it, so that it is
 * translated once. Confined to the fan-out thread.
 *
 * @param <T> what is told
 */
public final class Rendered<T> {
  private final T told;
  private @Nullable Object by;
  private @Nullable Object rendering;

  Rendered(T told) {
    this.told = told;
  }

  public T told() {
    return told;
  }

  /** What this renderer makes of it; computed anew only if another renderer was asked last. */
  @SuppressWarnings("unchecked") // by the same renderer, so of its type
  public <R> R by(Function<? super T, R> renderer) {
    Object known = rendering;
    if (known == null || by != renderer) {
      known = renderer.apply(told);
      rendering = known;
      by = renderer;
    }
    return (R) known;
  }
}
