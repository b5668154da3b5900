package io.pulsewatch.server.runtime;

import com.google.protobuf.ByteString;
import io.pulsewatch.server.hook.DeadLetter;
import io.pulsewatch.server.hook.HookStore;
import io.pulsewatch.server.ledger.DeadRow;
import io.pulsewatch.server.ledger.HookMemory;
import io.pulsewatch.server.ledger.HookNotes;
import java.util.List;
import java.util.OptionalLong;

/**
 * Keeps what hooks note in the ledger's file, on the ledger's thread. Thread-safe; what was noted
 * last is durable a moment later, which costs a crash no more than a repetition.
 */
public final class DiskHookStore implements HookStore {
  private final LedgerDisk disk;
  private final HookMemory before;

  public DiskHookStore(LedgerDisk disk) {
    this.disk = disk;
    this.before = disk.hooks();
  }

  @Override
  public OptionalLong cursor(String hook) {
    Long cursor = before.cursors().get(hook);
    return cursor == null ? OptionalLong.empty() : OptionalLong.of(cursor);
  }

  @Override
  public List<Kept> deadLetters(String hook) {
    return before.letters().getOrDefault(hook, List.of()).stream()
        .map(
            row ->
                new Kept(
                    row.revision(),
                    ByteString.copyFrom(row.original()),
                    row.attempts(),
                    row.error(),
                    row.failedAtMillis()))
        .toList();
  }

  @Override
  public boolean isFull() {
    return disk.hasManyNotes();
  }

  @Override
  public void keepCursor(String hook, long revision) {
    disk.note(HookNotes.cursor(hook, revision));
  }

  @Override
  public void keep(String hook, DeadLetter letter) {
    disk.note(
        HookNotes.dead(
            hook,
            new DeadRow(
                letter.letter().revision(),
                letter.letter().original().toByteArray(),
                letter.attempts(),
                letter.error(),
                letter.failedAtMillis())));
  }

  @Override
  public void forget(String hook, long revision) {
    disk.note(HookNotes.forgotten(hook, revision));
  }
}
