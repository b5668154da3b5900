package io.pulsewatch.server.hook;

import java.util.function.Consumer;

/** One letter on its way. Confined to the hooks' thread. */
final class Delivery {
  private final Letter letter;
  private final Kind kind;
  private final long sinceMillis;
  private final Consumer<Outcome> asked;
  int failures;

  private Delivery(Letter letter, Kind kind, long sinceMillis, Consumer<Outcome> asked) {
    this.letter = letter;
    this.kind = kind;
    this.sinceMillis = sinceMillis;
    this.asked = asked;
  }

  /** Why it is sent. */
  enum Kind {
    /** It comes next in the sequence: the cursor waits for it. */
    NEW,
    /** It is a dead letter, and stays one until it is delivered. */
    AGAIN,
    /** Somebody wants to see what comes of it, once. */
    TEST
  }

  static Delivery fresh(Letter letter, long wallMillis) {
    return new Delivery(letter, Kind.NEW, wallMillis, outcome -> {});
  }

  static Delivery again(Letter letter, long wallMillis) {
    return new Delivery(letter, Kind.AGAIN, wallMillis, outcome -> {});
  }

  static Delivery test(Letter letter, Consumer<Outcome> asked) {
    return new Delivery(letter, Kind.TEST, letter.atMillis(), asked);
  }

  Letter letter() {
    return letter;
  }

  Kind kind() {
    return kind;
  }

  /** Since when this process tries. */
  long sinceMillis() {
    return sinceMillis;
  }

  /** Tells whoever asked for it. */
  void tell(Outcome outcome) {
    asked.accept(outcome);
  }
}
