package io.pulsewatch.server;

import java.util.Locale;

/** Says what a test measured, for whoever reads its log. Stateless. */
final class Measured {
  private Measured() {}

  @com.google.errorprone.annotations.FormatMethod
  static void say(String format, Object... arguments) {
    System.out.println("measured: " + String.format(Locale.ROOT, format, arguments));
  }
}
