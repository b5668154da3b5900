package io.pulsewatch.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * From where on history is asked for.
 *
 * @param revision only what came after it; 0: from the oldest kept
 * @param at only what came at this instant or later; null: as the revision says
 */
record Since(long revision, @Nullable Instant at) {
  static final Since THE_OLDEST = new Since(0, null);

  private static final Pattern REVISION = Pattern.compile("\\d{1,18}");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");

  /** Reads a revision, a length of time before now, or a point of time. */
  static Since parse(String text, Clock clock) {
    if (REVISION.matcher(text).matches()) {
      return new Since(Long.parseLong(text), null);
    }
    try {
      return new Since(
          0,
          DATE.matcher(text).matches()
              ? instant(text.toUpperCase(Locale.ROOT).replace(' ', 'T'), clock)
              : clock.instant().minus(new DurationConverter().convert(text)));
    } catch (DateTimeException | TypeConversionException e) {
      throw CommandException.usage(
          "--since: '"
              + text
              + "' (expected: a revision such as 4711, a time ago such as 90m, or a time such as"
              + " 2026-01-31T08:00 or 2026-01-31T08:00:00Z)");
    }
  }

  /** Where no offset is said, a time is that of the clock on the wall. */
  private static Instant instant(String text, Clock clock) {
    int time = text.indexOf('T');
    if (time < 0) {
      return LocalDate.parse(text).atStartOfDay(clock.getZone()).toInstant();
    }
    boolean hasOffset = text.endsWith("Z") || text.indexOf('+') > 0 || text.indexOf('-', time) > 0;
    return hasOffset
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(clock.getZone()).toInstant();
  }
}
