package io.pulsewatch.server.ledger;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What hooks have to keep: made durable as a whole, or not at all. Immutable.
 *
 * @param cursors how far each has come, by name
 * @param letters what they could not deliver; empty: it is to be forgotten
 */
public record HookNotes(Map<String, Long> cursors, Map<Place, Optional<DeadRow>> letters) {
  public static final HookNotes NOTHING = new HookNotes(Map.of(), Map.of());

  public HookNotes {
    cursors = Map.copyOf(cursors);
    letters = Map.copyOf(letters);
  }

  /** Which letter of which hook. */
  public record Place(String hook, long revision) {}

  /** Notes about how far one hook has come. */
  public static HookNotes cursor(String hook, long revision) {
    return new HookNotes(Map.of(hook, revision), Map.of());
  }

  /** Notes about one letter that could not be delivered. */
  public static HookNotes dead(String hook, DeadRow row) {
    return new HookNotes(Map.of(), Map.of(new Place(hook, row.revision()), Optional.of(row)));
  }

  /** Notes about one that was, or made room. */
  public static HookNotes forgotten(String hook, long revision) {
    return new HookNotes(Map.of(), Map.of(new Place(hook, revision), Optional.empty()));
  }

  /** These, and over them what was noted later. */
  public HookNotes with(HookNotes later) {
    Map<String, Long> bothCursors = new LinkedHashMap<>(cursors);
    bothCursors.putAll(later.cursors);
    Map<Place, Optional<DeadRow>> bothLetters = new LinkedHashMap<>(letters);
    bothLetters.putAll(later.letters);
    return new HookNotes(bothCursors, bothLetters);
  }

  public boolean isEmpty() {
    return cursors.isEmpty() && letters.isEmpty();
  }
}
