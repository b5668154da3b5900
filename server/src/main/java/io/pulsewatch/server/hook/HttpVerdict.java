package io.pulsewatch.server.hook;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** What an HTTP answer means. Stateless. */
public final class HttpVerdict {
  private static final int GONE = 410;

  private HttpVerdict() {}

  /**
   * Judges an answer. Redirects are followed nowhere: whoever answers with one is not the receiver
   * that was configured.
   *
   * @param retryAfter its Retry-After header, seconds or a date; empty: none
   */
  public static Outcome of(int status, String retryAfter, long wallMillis) {
    String text = "HTTP " + status;
    if (status >= 200 && status < 300) {
      return new Outcome.Delivered(text);
    }
    return status == GONE
        ? new Outcome.Gone(text + " (gone)")
        : new Outcome.Failed(text, waitNanos(retryAfter.strip(), wallMillis));
  }

  private static long waitNanos(String retryAfter, long wallMillis) {
    if (retryAfter.isEmpty()) {
      return 0;
    }
    if (retryAfter.length() <= 9 && retryAfter.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return TimeUnit.SECONDS.toNanos(Long.parseLong(retryAfter));
    }
    try {
      long at =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant()
              .toEpochMilli();
      return TimeUnit.MILLISECONDS.toNanos(Math.max(0, at - wallMillis));
    } catch (DateTimeException | ArithmeticException malformed) {
      return 0;
    }
  }
}
