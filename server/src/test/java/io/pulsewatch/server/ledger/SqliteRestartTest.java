package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a process begins after another one, or after an old copy of it. */
final class SqliteRestartTest {
  private static final long BEGAN = TimeUnit.MILLISECONDS.toMicros(Drafts.WALL_MILLIS);
  private static final HistoryLimits MANY = new HistoryLimits(1_000, 1_000_000_000);

  @TempDir private Path directory;

  private SqliteFile open(HistoryLimits limits) throws LedgerException {
    return SqliteFile.open(directory, limits);
  }

  private static SqliteFile.Contents begin(SqliteFile file, long laterMillis) throws Exception {
    return file.begin(() -> "a-lineage", 3, new Moment(0, Drafts.WALL_MILLIS + laterMillis));
  }

  private static Batch batch(long revision, Draft draft) {
    return new Batch(
        List.of(new Batch.Numbered(revision, draft)),
        revision + 100,
        BEGAN + 100,
        Drafts.WALL_MILLIS);
  }

  private SqliteFile.Contents restart(long laterMillis) throws Exception {
    try (SqliteFile file = open(MANY)) {
      return begin(file, laterMillis);
    }
  }

  /** A watcher who was told where a ledger began has missed nothing until its first change. */
  @Test
  void whereNothingHappenedNothingWasMissed() throws Exception {
    assertThat(restart(0).before()).isEqualTo(BEGAN);
    for (int i = 1; i < 4; i++) {
      SqliteFile.Contents next = restart(i);
      assertThat(next.before()).isEqualTo(BEGAN);
      assertThat(next.origin().lastRevision())
          .as("above all that were reserved")
          .isGreaterThan(BEGAN);
    }
    long first = BEGAN + DurableLedger.GAP + 1; // what binds stands above a gap
    try (SqliteFile file = open(MANY)) {
      begin(file, 5);
      file.write(batch(first, Drafts.registered("a", 1)));
    }
    SqliteFile.Contents last = restart(6);
    assertThat(last.before()).isEqualTo(BEGAN);
    assertThat(last.recent()).extracting(Change::revision).containsExactly(first);
  }

  /** Others may hold roles; a start that fell into the first wait has not waited for them. */
  @Test
  void aLineageBeginsForAWhile() throws Exception {
    assertThat(restart(0).kept().isBeginning()).isTrue();
    assertThat(restart(1_000).kept().isBeginning()).isTrue();
    assertThat(restart(300_000).kept().isBeginning()).isFalse();
  }

  @Test
  void whereMoreHappenedThanIsRecentItBeginsAtTheOneBefore() throws Exception {
    try (SqliteFile file = open(MANY)) {
      begin(file, 0);
      for (int i = 1; i <= 4; i++) {
        file.write(batch(BEGAN + 10L * i, Drafts.dead("a", 1)));
      }
    }
    SqliteFile.Contents next = restart(1);
    assertThat(next.recent()).hasSize(3);
    assertThat(next.before()).isEqualTo(BEGAN + 10);
  }

  /** Who was told the newest change of a quiet ledger is up to date when it is forgotten, too. */
  @Test
  void whereAllWasDroppedItBeginsAtTheNewestOfThose() throws Exception {
    try (SqliteFile file = open(new HistoryLimits(1_000, 5_000))) {
      begin(file, 0);
      file.write(batch(BEGAN + 10, Drafts.dead("a", 1)));
      file.write(new Batch(List.of(), BEGAN + 100, BEGAN + 100, Drafts.WALL_MILLIS + 10_000));
    }
    SqliteFile.Contents next = restart(20_000);
    assertThat(next.recent()).isEmpty();
    assertThat(next.before()).isEqualTo(BEGAN + 10);
    assertThat(next.kept().sessions()).hasSize(1);
  }

  /** A copy does not know what was given after it was made; the clock does. */
  @Test
  void anOldCopyGivesNoIncarnationThatWasGivenSince() throws Exception {
    restart(0);
    Path copy = Files.copy(directory.resolve("pulsewatch.db"), directory.resolve("copy"));
    long given = 0;
    for (int restarts = 1; restarts <= 50; restarts++) { // each is a crash: a block is lost
      given = restart(2_000L * restarts).origin().reservedIncarnation();
    }
    Files.delete(directory.resolve("reserved"));
    Files.move(copy, directory.resolve("pulsewatch.db"), StandardCopyOption.REPLACE_EXISTING);
    SqliteFile.Contents restored = restart(200_000);
    assertThat(restored.origin().lastIncarnation())
        .isGreaterThan(given)
        .isGreaterThanOrEqualTo(BEGAN + 200_000_000);
    assertThat(restored.origin().lastRevision()).isGreaterThanOrEqualTo(BEGAN + 200_000_000);
  }

  /** Revisions run ahead of the clock where many register: what was reserved is written twice. */
  @Test
  void anOldCopyInItsPlaceGoesOnAboveAllThatWereReserved() throws Exception {
    restart(0);
    Path copy = Files.copy(directory.resolve("pulsewatch.db"), directory.resolve("copy"));
    long far = BEGAN + (1L << 40);
    try (SqliteFile file = open(MANY)) {
      begin(file, 1);
      file.write(new Batch(List.of(), far, far + 1, Drafts.WALL_MILLIS));
    }
    Files.move(copy, directory.resolve("pulsewatch.db"), StandardCopyOption.REPLACE_EXISTING);
    SqliteFile.Contents restored = restart(2);
    assertThat(restored.origin().lastRevision()).isEqualTo(far);
    assertThat(restored.origin().lastIncarnation()).isEqualTo(far + 1);
    assertThat(restored.origin().lineage()).isEqualTo("a-lineage");
    assertThat(restored.before()).as("tokens of before the copy are good").isEqualTo(BEGAN);
  }

  @Test
  void aCopyElsewhereIsAnotherLineage() throws Exception {
    restart(0);
    Files.delete(directory.resolve("reserved"));
    try (SqliteFile file = open(MANY)) {
      assertThat(file.begin(() -> "b-lineage", 3, Drafts.START).origin().lineage())
          .isEqualTo("b-lineage");
    }
    assertThat(restart(1).origin().lineage()).as("once").isEqualTo("b-lineage");
    Files.writeString(directory.resolve("reserved"), "torn");
    try (SqliteFile file = open(MANY)) {
      assertThat(file.begin(() -> "c-lineage", 3, Drafts.START).origin().lineage())
          .isEqualTo("c-lineage");
    }
  }

  /** Or the next start would take the old lineage for its own, and give revisions twice. */
  @Test
  void aCopyElsewhereIsAnotherLineageAlsoWhenItsFirstStartFails() throws Exception {
    restart(0);
    Path reserved = directory.resolve("reserved");
    Files.delete(reserved);
    sql("INSERT INTO instances VALUES('orders', 'a', 1, x'00')");
    assertThatThrownBy(() -> restart(1)).hasMessageContaining("is damaged");
    assertThat(reserved).doesNotExist();
    sql("DELETE FROM instances");
    try (SqliteFile file = open(MANY)) {
      DurableLedger.Origin origin = file.begin(() -> "b-lineage", 3, Drafts.START).origin();
      assertThat(origin.lineage()).isEqualTo("b-lineage");
      assertThat(reserved)
          .hasContent(origin.reservedRevision() + " " + origin.reservedIncarnation());
    }
    assertThat(restart(2).origin().lineage()).as("once").isEqualTo("b-lineage");
  }

  /** What is durable is not written again because the mark beside it cannot be lowered. */
  @Test
  void aMarkThatCannotBeLoweredFailsNoBatch() throws Exception {
    long far = BEGAN + (1L << 40);
    try (SqliteFile file = open(MANY)) {
      begin(file, 0);
      file.write(new Batch(List.of(), far, far + 1, Drafts.WALL_MILLIS));
      Files.createDirectory(directory.resolve("reserved.next"));
      file.write(batch(BEGAN + 10, Drafts.registered("a", 1)));
    }
    Files.delete(directory.resolve("reserved.next"));
    SqliteFile.Contents next = restart(1);
    assertThat(next.recent()).extracting(Change::revision).containsExactly(BEGAN + 10);
    assertThat(next.origin().lastRevision()).isEqualTo(far);
    assertThat(next.origin().lastIncarnation()).isEqualTo(far + 1);
  }

  private void sql(String text) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("pulsewatch.db"));
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  /** A clean stop reserves nothing beyond what was given, and the next process begins there. */
  @Test
  void aCleanStopLeavesNoGap() throws Exception {
    try (SqliteFile file = open(MANY)) {
      begin(file, 0);
      file.write(batch(BEGAN + 100_000_000, Drafts.dead("a", 1)));
    }
    assertThat(restart(1).origin().lastRevision()).isEqualTo(BEGAN + 100_000_100);
  }
}
