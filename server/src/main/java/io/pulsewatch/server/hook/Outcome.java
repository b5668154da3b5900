package io.pulsewatch.server.hook;

/** What came of one attempt. The text is for people. */
public sealed interface Outcome {
  String text();

  /** Received. */
  record Delivered(String text) implements Outcome {}

  /** The receiver wants none of it, now or later. */
  record Gone(String text) implements Outcome {}

  /**
   * Not received, as far as we know.
   *
   * @param retryAfterNanos how long the receiver asks to be left alone; 0: nothing was asked
   */
  record Failed(String text, long retryAfterNanos) implements Outcome {
    public Failed(String text) {
      this(text, 0);
    }
  }
}
