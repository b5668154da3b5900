package io.pulsewatch.client;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The token that a sender's stream lives on, and whether there is another one by now. Confined to
 * the sender's thread.
 */
final class ShownToken implements Supplier<String> {
  /** The application's source may read a file: it is not asked with each heartbeat. */
  static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<String> source;
  private @Nullable String shown;
  private long lookedNanos;
  private boolean looked;
  private boolean refused;

  ShownToken(Supplier<String> source) {
    this.source = source;
  }

  /** For a new stream. */
  @Override
  public String get() {
    String token = source.get();
    shown = token;
    refused = false;
    return token;
  }

  /** The server did not take the newest; perhaps it does not know it yet. */
  void onRefused() {
    refused = true;
  }

  /**
   * A token that the stream was not shown yet, at the most once a second; null: there is none. What
   * the source throws means that there is none now: the next stream will tell.
   */
  @Nullable String fresh(long nowNanos) {
    if (shown == null || (looked && nowNanos - lookedNanos < LOOK_NANOS)) {
      return null;
    }
    looked = true;
    lookedNanos = nowNanos;
    try {
      String token = source.get();
      if (!refused && Objects.equals(token, shown)) {
        return null;
      }
      shown = token;
      refused = false;
      return token;
    } catch (RuntimeException notNow) { // of the application
      return null;
    }
  }
}
