package io.pulsewatch.server.hook;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One letter on its way. Confined to the hooks' thread. */
final class Delivery {
  private final Letter letter;
  private final Kind kind;
  private final Consumer<Outcome> asked;
  private @Nullable Long sentNanos;
  int failures;

  private Delivery(Letter letter, Kind kind, Consumer<Outcome> asked) {
    this.letter = letter;
    this.kind = kind;
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

  static Delivery fresh(Letter letter) {
    return new Delivery(letter, Kind.NEW, outcome -> {});
  }

  static Delivery again(Letter letter) {
    return new Delivery(letter, Kind.AGAIN, outcome -> {});
  }

  static Delivery test(Letter letter, Consumer<Outcome> asked) {
    return new Delivery(letter, Kind.TEST, asked);
  }

  Letter letter() {
    return letter;
  }

  Kind kind() {
    return kind;
  }

  /** An attempt begins. */
  void onSent(long nowNanos) {
    if (sentNanos == null) {
      sentNanos = nowNanos;
    }
  }

  /** Since the first attempt of this process: what it waited before is not the receiver's fault. */
  long ageNanos(long nowNanos) {
    Long sent = sentNanos;
    return sent == null ? 0 : nowNanos - sent;
  }

  /** Tells whoever asked for it. */
  void tell(Outcome outcome) {
    asked.accept(outcome);
  }
}
