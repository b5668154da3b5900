package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.ledger.HistoryLimits;
import io.pulsewatch.server.ledger.SqliteFile;
import io.pulsewatch.server.ledger.SqliteHistory;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.transport.Archive;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader of the history says of what a slow disk does not have yet. */
final class HistoryReaderTest {
  @TempDir private Path directory;
  private long unkeptFrom = Long.MAX_VALUE;

  private static Archive.Answer ask(HistoryReader reader, long after) throws Exception {
    CompletableFuture<Archive.Answer> answer = new CompletableFuture<>();
    reader.ask(new Archive.Question(List.of(), null, after, 600, 10), answer::complete);
    return answer.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsNotOnDiskYetIsNoGap() throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, new HistoryLimits(100, 1_000_000))) {
      file.begin(() -> "a-lineage", 10, Drafts.START);
      for (long revision : new long[] {501, 590}) { // 590 binds: it overtook those from 510 on
        file.write(
            new Batch(
                List.of(new Batch.Numbered(revision, Drafts.dead("a", 1))),
                1_000,
                1_000,
                Drafts.WALL_MILLIS));
      }
      try (HistoryReader reader =
          new HistoryReader(SqliteHistory.of(file), Clocks.SYSTEM, () -> unkeptFrom)) {
        unkeptFrom = 510;
        Archive.Answer.Page known = (Archive.Answer.Page) ask(reader, 0);
        assertThat(known.changes()).extracting(Change::revision).containsExactly(501L);
        assertThat(known.next()).isEqualTo(509);
        assertThat(ask(reader, known.next())).isEqualTo(new Archive.Answer.Behind(509));
        unkeptFrom = 700; // in the ring
        Archive.Answer.Page whole = (Archive.Answer.Page) ask(reader, 0);
        assertThat(whole.changes()).extracting(Change::revision).containsExactly(501L, 590L);
        assertThat(whole.next()).isEqualTo(600);
      }
    }
  }
}
