package io.pulsewatch.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 2s}, {@code 1.5m}, {@code 1h30m}. Immutable. */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern PART = Pattern.compile("(\\d{1,7}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART + "){1,5}");

  /** Nanoseconds of each unit; seven digits of days still fit into a long of milliseconds. */
  private enum Unit {
    MS(1_000_000L),
    S(1_000_000_000L),
    M(60_000_000_000L),
    H(3_600_000_000_000L),
    D(86_400_000_000_000L);

    private final BigDecimal nanos;

    Unit(long nanos) {
      this.nanos = BigDecimal.valueOf(nanos);
    }
  }

  @Override
  public Duration convert(String value) {
    String text = value.toLowerCase(Locale.ROOT);
    if (!WHOLE.matcher(text).matches()) {
      throw new TypeConversionException(
          "'" + value + "' is no duration (expected: 500ms, 2s, 1m, 1h30m and the like)");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      Unit unit = Unit.valueOf(part.group(2).toUpperCase(Locale.ROOT));
      BigDecimal[] seconds =
          new BigDecimal(part.group(1)).multiply(unit.nanos).divideAndRemainder(Unit.S.nanos);
      sum = sum.plusSeconds(seconds[0].longValue()).plusNanos(seconds[1].longValue());
    }
    return sum;
  }
}
