package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.DeadRow;
import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.ledger.HistoryLimits;
import io.pulsewatch.server.ledger.HookNotes;
import io.pulsewatch.server.ledger.LedgerException;
import io.pulsewatch.server.ledger.SqliteFile;
import io.pulsewatch.server.liveness.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that writes: what it leaves behind, however it ends. */
final class LedgerDiskTest {
  private static final HistoryLimits LIMITS = new HistoryLimits(100, 1_000_000);
  private static final Batch NOTHING = new Batch(List.of(), 10_000, 20_000, Drafts.WALL_MILLIS);

  @TempDir private Path directory;

  private SqliteFile open() throws LedgerException {
    return SqliteFile.open(directory, LIMITS);
  }

  private static List<Change> begin(SqliteFile file) throws LedgerException {
    return file.begin(() -> "a-lineage", 100, Drafts.START).recent();
  }

  private static Batch batch(long revision) {
    return new Batch(
        List.of(new Batch.Numbered(revision, Drafts.dead("a", 1))),
        10_000,
        20_000,
        Drafts.WALL_MILLIS);
  }

  @Test
  void aStopWritesTheBatchUnderWayAndTheLastOne() throws Exception {
    SqliteFile file = open();
    begin(file);
    LedgerDisk disk = new LedgerDisk(file);
    disk.start();
    disk.write(batch(501));
    disk.close(batch(502));
    disk.close(batch(503)); // closed is closed
    try (SqliteFile again = open()) {
      assertThat(begin(again)).extracting(Change::revision).containsExactly(501L, 502L);
    }
  }

  @Test
  void oneThatWasNeverStartedLetsGoOfItsDirectory() throws Exception {
    new LedgerDisk(open()).close(NOTHING);
    open().close();
  }

  @Test
  void whatHooksNoteIsWrittenBetweenBatchesAndAtAStop() throws Exception {
    SqliteFile file = open();
    begin(file);
    LedgerDisk disk = new LedgerDisk(file);
    disk.note(HookNotes.cursor("early", 1)); // it waits for the thread
    disk.start();
    disk.note(HookNotes.cursor("pager", 2));
    disk.note(HookNotes.dead("pager", new DeadRow(3, new byte[0], 1, "gone", 4)));
    disk.write(batch(501));
    disk.note(HookNotes.cursor("pager", 5));
    disk.close(NOTHING);
    try (SqliteFile again = open()) {
      assertThat(begin(again)).hasSize(1);
      assertThat(again.hooks().cursors()).isEqualTo(Map.of("early", 1L, "pager", 5L));
      assertThat(again.hooks().letters()).containsOnlyKeys("pager");
    }
  }

  /** Not a disk that fails, but a bug: nobody must wait for it for ever. */
  @Test
  @SuppressWarnings("NullAway") // that is the bug
  void whatBreaksTheWriterIsTold() throws Exception {
    SqliteFile file = open();
    begin(file);
    LedgerDisk disk = new LedgerDisk(file);
    CompletableFuture<@Nullable Throwable> told = new CompletableFuture<>();
    disk.onFailure(told::complete);
    disk.start();
    disk.write(
        new Batch(List.of(new Batch.Numbered(501, null)), 10_000, 20_000, Drafts.WALL_MILLIS));
    assertThat(told.get(30, TimeUnit.SECONDS)).isInstanceOf(NullPointerException.class);
    disk.close(NOTHING);
    try (SqliteFile again = open()) {
      assertThat(begin(again)).isEmpty();
    }
  }
}
