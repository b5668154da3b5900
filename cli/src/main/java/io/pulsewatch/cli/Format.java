package io.pulsewatch.cli;

import java.util.Locale;

/** How answers look. */
enum Format {
  /** Aligned columns, for people. */
  TABLE,
  /** The contract's messages as proto JSON, one a line. */
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
