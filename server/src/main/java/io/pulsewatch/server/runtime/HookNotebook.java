package io.pulsewatch.server.runtime;

import io.pulsewatch.server.ledger.HookNotes;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What hooks noted and the ledger's thread has not written yet. A further note of a hook takes the
 * place of its last, so it holds one cursor for each, and letters that were given up.
 *
 * <p>Thread-safe.
 */
final class HookNotebook {
  private final AtomicReference<HookNotes> notes = new AtomicReference<>(HookNotes.NOTHING);

  /** Letters that wait; past it hooks read no further, and so make no more of them. */
  static final int MAX_LETTERS = 1_024;

  /** So much waits that hooks should read no further. */
  boolean isFull() {
    return notes.getAcquire().letters().size() >= MAX_LETTERS;
  }

  boolean isEmpty() {
    return notes.getAcquire().isEmpty();
  }

  void add(HookNotes more) {
    notes.accumulateAndGet(more, HookNotes::with);
  }

  /** Takes all of it out. */
  HookNotes take() {
    return notes.getAndSet(HookNotes.NOTHING);
  }

  /** They could not be written: what was noted meanwhile is over them. */
  void putBack(HookNotes earlier) {
    notes.updateAndGet(earlier::with);
  }
}
