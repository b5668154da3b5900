package io.pulsewatch.testing;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A logger that keeps what it is told, as {@code LEVEL text}. Confined to the test's thread. */
public final class LoggedLines implements System.Logger {
  private final List<String> all = new ArrayList<>();

  /** Everything since the start; grows. */
  public List<String> all() {
    return all;
  }

  @Override
  public String getName() {
    return "test";
  }

  @Override
  public boolean isLoggable(Level level) {
    return true;
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    all.add(level + " " + message);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... params) {
    String text = String.valueOf(format);
    boolean hasParams = params != null && params.length > 0;
    all.add(level + " " + (hasParams ? MessageFormat.format(text, params) : text));
  }
}
