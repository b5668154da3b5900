package io.pulsewatch.cli.render;

/** A template that cannot be used, and why: with its name, the line and the remedy. Immutable. */
public final class TemplateException extends Exception {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }

  /** The line for people. */
  public String line() {
    return String.valueOf(getMessage());
  }
}
