package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.Moment;
import java.util.function.LongSupplier;

/**
 * The two clocks. Immutable.
 *
 * @param nanoTicker monotonic nanoseconds from any origin
 * @param wallMillis wall clock, milliseconds since 1970
 */
public record Clocks(LongSupplier nanoTicker, LongSupplier wallMillis) {
  /** The clocks of this machine. */
  public static final Clocks SYSTEM = new Clocks(System::nanoTime, System::currentTimeMillis);

  public Moment now() {
    return new Moment(nanoTicker.getAsLong(), wallMillis.getAsLong());
  }
}
