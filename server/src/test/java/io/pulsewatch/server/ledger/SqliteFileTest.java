package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Stretched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A ledger's file: what is written is read, and what cannot be used is refused with a remedy. */
final class SqliteFileTest {
  private static final HistoryLimits MANY = new HistoryLimits(1_000, 1_000_000_000);

  @TempDir private Path directory;

  private SqliteFile open() throws LedgerException {
    return SqliteFile.open(directory, MANY);
  }

  private static SqliteFile.Contents contents(SqliteFile file) throws LedgerException {
    return file.begin(() -> "a-lineage", 100, Drafts.START);
  }

  private static Batch batch(long firstRevision, Draft... drafts) {
    List<Batch.Line> lines = new ArrayList<>();
    long revision = firstRevision;
    for (Draft draft : drafts) {
      lines.add(new Batch.Numbered(revision++, draft));
    }
    return new Batch(lines, 10_000, 20_000, Drafts.WALL_MILLIS);
  }

  private void sql(String text) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("pulsewatch.db"));
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  @Test
  void aNewFileBeginsAtTheWallTime() throws LedgerException {
    try (SqliteFile file = open()) {
      SqliteFile.Contents contents = contents(file);
      assertThat(contents.origin())
          .isEqualTo(
              DurableLedger.Origin.after(
                  "a-lineage", Drafts.WALL_MILLIS * 1_000, Drafts.WALL_MILLIS * 1_000));
      assertThat(contents.kept().sessions()).isEmpty();
      assertThat(contents.recent()).isEmpty();
    }
  }

  @Test
  void whatIsWrittenIsReadPartByPart() throws Exception {
    Draft made = Drafts.draft("a", 7, State.SUSPECT, Cause.OVERRIDE, true);
    try (SqliteFile file = open()) {
      contents(file);
      file.write(batch(501, made));
    }
    try (SqliteFile file = open()) {
      SqliteFile.Contents contents = contents(file);
      Kept.Remembered one = contents.kept().sessions().get(0);
      assertThat(one.memory()).isEqualTo(made.memory());
      assertThat(one.entry())
          .usingRecursiveComparison()
          .ignoringFields("vitals", "revision")
          .isEqualTo(made.after());
      assertThat(one.entry().revision()).isEqualTo(501);
      assertThat(contents.kept().overrides())
          .containsExactlyEntriesOf(java.util.Map.of(Drafts.key("a"), made.after().override()));
      assertThat(contents.kept().servedUntilMillis()).isEqualTo(Drafts.WALL_MILLIS);
      Change change = contents.recent().get(0);
      assertThat(change.evidence()).isEqualTo(made.evidence());
      assertThat(change.previous()).isEqualTo(made.previous());
      assertThat(change.cause()).isEqualTo(Cause.OVERRIDE);
      assertThat(change.atMillis()).isEqualTo(made.atMillis());
      assertThat(change.after().vitals().lastSequence()).isEqualTo(41);
      assertThat(contents.before()).isEqualTo(500);
      assertThat(contents.origin().lineage()).isEqualTo("a-lineage");
      assertThat(contents.origin().lastRevision()).isGreaterThanOrEqualTo(10_000);
      assertThat(contents.origin().lastIncarnation()).isGreaterThanOrEqualTo(20_000);
    }
  }

  @Test
  void aGoodbyeIsKeptUntilTheNextProcessWrites() throws Exception {
    Batch last =
        new Batch(List.of(), 10_000, 20_000, Drafts.WALL_MILLIS, 7_000_000_000L, Stretched.NOT);
    try (SqliteFile file = open()) {
      assertThat(contents(file).kept().goodbyeNanos()).isZero();
      file.write(last);
    }
    try (SqliteFile file = open()) {
      assertThat(contents(file).kept().goodbyeNanos()).isEqualTo(7_000_000_000L);
      file.write(batch(501));
      assertThat(contents(file).kept().goodbyeNanos()).isZero();
    }
  }

  @Test
  void aTextOfAnyLengthIsKept() throws Exception {
    String reason = "ä€".repeat(70_000);
    Draft made = Drafts.left("a", 7, reason);
    try (SqliteFile file = open()) {
      contents(file);
      file.write(batch(501, made));
      assertThat(contents(file).recent().get(0).evidence().leaveReason()).isEqualTo(reason);
    }
  }

  @Test
  void theNewestCountsAndTheRemovedIsGone() throws Exception {
    try (SqliteFile file = open()) {
      contents(file);
      file.write(batch(501, Drafts.registered("a", 1), Drafts.registered("b", 2)));
      file.write(
          batch(601, Drafts.dead("a", 1), Drafts.draft("b", 2, State.DEAD, Cause.REMOVED, false)));
      Entry after = Drafts.entry("a", 1, State.DEAD);
      file.write(
          new Batch(
              List.of(
                  new Batch.Noted(new Note.Resumed(after, Drafts.memory(9), List.of())),
                  new Batch.Noted(new Note.Lifted(Drafts.key("a"), List.of()))),
              10_000,
              20_000,
              Drafts.WALL_MILLIS));
    }
    try (SqliteFile file = open()) {
      SqliteFile.Contents contents = contents(file);
      assertThat(contents.kept().sessions()).hasSize(1);
      Kept.Remembered a = contents.kept().sessions().get(0);
      assertThat(a.entry().state()).isEqualTo(State.DEAD);
      assertThat(a.memory().token().incarnation()).isEqualTo(9);
      assertThat(contents.recent())
          .extracting(Change::revision)
          .containsExactly(501L, 502L, 601L, 602L);
    }
  }

  @Test
  void aBatchWrittenTwiceDoesNoHarm() throws Exception {
    try (SqliteFile file = open()) {
      contents(file);
      Batch batch = batch(501, Drafts.registered("a", 1));
      file.write(batch);
      file.reopen();
      file.write(batch);
      assertThat(contents(file).recent()).hasSize(1);
    }
  }

  @Test
  void historyIsPagedAndDropped() throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, new HistoryLimits(4, 1_000_000_000));
        SqliteHistory history = SqliteHistory.of(file)) {
      contents(file);
      for (int i = 0; i < 6; i++) {
        file.write(batch(500 + i, Drafts.dead("i" + i % 2, 1)));
      }
      assertThat(history.droppedTo()).isEqualTo(501);
      SqliteHistory.Subject all = new SqliteHistory.Subject(List.of(), null);
      SqliteHistory.Page first = history.page(all, 0, 600, 3, Drafts.START);
      assertThat(first.changes()).extracting(Change::revision).containsExactly(502L, 503L, 504L);
      SqliteHistory.Page second = history.page(all, first.next(), 600, 3, Drafts.START);
      assertThat(second.changes()).extracting(Change::revision).containsExactly(505L);
      assertThat(second.next()).isEqualTo(600);
      SqliteHistory.Subject one = new SqliteHistory.Subject(List.of("ord*"), "i1");
      assertThat(history.page(one, 0, 504, 9, Drafts.START).changes())
          .extracting(Change::revision)
          .containsExactly(503L);
      SqliteHistory.Subject nobody = new SqliteHistory.Subject(List.of("ord"), null);
      assertThat(history.page(nobody, 0, 600, 9, Drafts.START).changes()).isEmpty();
    }
  }

  @Test
  void oldChangesAreDropped() throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, new HistoryLimits(1_000, 5_000));
        SqliteHistory history = SqliteHistory.of(file)) {
      contents(file);
      file.write(batch(500, Drafts.dead("a", 1)));
      file.write(new Batch(List.of(), 1, 1, Drafts.WALL_MILLIS + 4_999));
      assertThat(history.droppedTo()).isZero();
      file.write(new Batch(List.of(), 1, 1, Drafts.WALL_MILLIS + 6_001));
      assertThat(history.droppedTo()).isEqualTo(500);
    }
  }

  /** A file that was made is not written again by who only looks whether it is up to date. */
  @Test
  void aFileThatIsUpToDateIsNotWrittenForThat() throws Exception {
    open().close();
    byte[] made = Files.readAllBytes(directory.resolve("pulsewatch.db"));
    open().close();
    assertThat(Files.readAllBytes(directory.resolve("pulsewatch.db"))).isEqualTo(made);
  }

  /** Whatever breaks an opening: neither descriptors nor the lock stay behind. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCannotBeOpenedLeavesNoDescriptorBehind() throws Exception {
    Files.writeString(
        directory.resolve("pulsewatch.db"), "no database".repeat(500), StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(this::open).hasMessageContaining("is damaged");
      assertThatThrownBy(
              () -> SqliteFile.connectReadOnly(directory.resolve("pulsewatch.db").toString()))
          .isInstanceOf(SQLException.class);
      assertThat(descriptors()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileThatGoesBadLeavesNoDescriptorBehindAtEachAttempt() throws Exception {
    Path path = directory.resolve("pulsewatch.db");
    open().close();
    try (SqliteFile file = open()) {
      contents(file);
      Path away = directory.resolve("away");
      Files.move(path, away);
      Files.delete(directory.resolve("pulsewatch.db-wal"));
      Files.delete(directory.resolve("pulsewatch.db-shm"));
      Files.writeString(path, "no database".repeat(500), StandardCharsets.UTF_8);
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(file::reopen).isInstanceOf(SQLException.class);
      }
      assertThat(descriptors()).containsExactly(directory.resolve("lock").toString());
      Files.move(away, path, StandardCopyOption.REPLACE_EXISTING);
      file.reopen();
      file.write(batch(501, Drafts.registered("a", 1)));
    }
    try (SqliteFile file = open()) {
      assertThat(contents(file).recent()).extracting(Change::revision).containsExactly(501L);
    }
    assertThat(descriptors()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryThatGoesAwayLeavesNoDescriptorBehindAtEachAttempt() throws Exception {
    Path below = directory.resolve("below");
    try (SqliteFile file = SqliteFile.open(below, MANY)) {
      contents(file);
      Files.move(below, directory.resolve("away"));
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(file::reopen).isInstanceOf(SQLException.class);
      }
      assertThat(descriptors()).containsExactly(directory.resolve("away/lock").toString());
    }
    assertThat(descriptors()).isEmpty();
  }

  /** What this process has open below the directory, deleted or not. */
  private List<String> descriptors() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path one : all.toList()) {
        String target = "";
        try {
          target = Files.readSymbolicLink(one).toString();
        } catch (NoSuchFileException e) {
          // The one that lists them is gone by now.
        }
        if (target.startsWith(directory.toString())) {
          open.add(target);
        }
      }
    }
    return open;
  }

  @Test
  void twoServersOnOneDirectoryAreRefused() throws LedgerException {
    try (SqliteFile first = open()) {
      assertThat(first.directory()).isEqualTo(directory);
      assertThatThrownBy(this::open)
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("another Pulsewatch has")
          .hasMessageContaining("choose another directory");
    }
  }

  @Test
  void aNewerFileIsRefused() throws Exception {
    open().close();
    sql("PRAGMA user_version=99");
    assertThatThrownBy(this::open)
        .hasMessageContaining("newer Pulsewatch")
        .hasMessageContaining("99")
        .hasMessageContaining("choose another directory");
  }

  /** It has other bytes in its rows: who migrated only its tables would call it damaged later. */
  @Test
  void aFileThatWasNeverPublishedIsRefusedUntouched() throws Exception {
    for (int version = 1; version <= 2; version++) {
      Files.deleteIfExists(directory.resolve("pulsewatch.db"));
      open().close();
      sql("PRAGMA user_version=" + version);
      byte[] before = Files.readAllBytes(directory.resolve("pulsewatch.db"));
      assertThatThrownBy(this::open)
          .hasMessageContaining("was never published (version " + version)
          .hasMessageContaining("move it away");
      assertThat(Files.readAllBytes(directory.resolve("pulsewatch.db"))).isEqualTo(before);
    }
  }

  @Test
  void whatWasWrittenBeforeTimesWereStretchedIsTakenOver() throws Exception {
    open().close();
    sql("PRAGMA user_version=3");
    try (SqliteFile file = open()) {
      assertThat(contents(file).kept().stretched()).isEqualTo(Stretched.NOT);
      file.write(stretched(new Stretched(125, 200)));
    }
    try (SqliteFile file = open()) {
      SqliteFile.Contents contents = contents(file);
      assertThat(contents.kept().stretched()).isEqualTo(new Stretched(125, 200));
      assertThat(contents.origin().stretched()).isEqualTo(new Stretched(125, 200));
    }
    sql("UPDATE meta SET number=99 WHERE name='greatest_stretch_percent'");
    try (SqliteFile file = open()) {
      assertThatThrownBy(() -> contents(file)).hasMessageContaining("is damaged");
    }
  }

  @Test
  void whatHooksNoteIsReadAgain() throws Exception {
    DeadRow letter = new DeadRow(7, new byte[] {1, 2}, 3, "HTTP 500", 4);
    try (SqliteFile file = open()) {
      contents(file);
      assertThat(file.hooks()).isEqualTo(HookMemory.NOTHING);
      file.write(
          HookNotes.cursor("pager", 5)
              .with(HookNotes.dead("pager", letter))
              .with(HookNotes.dead("pager", new DeadRow(8, new byte[0], 1, "gone", 2)))
              .with(HookNotes.cursor("pager", 9))
              .with(HookNotes.cursor("other", 1)));
    }
    try (SqliteFile file = open()) {
      contents(file);
      assertThat(file.hooks().cursors()).isEqualTo(Map.of("pager", 9L, "other", 1L));
      assertThat(file.hooks().letters().get("pager")).hasSize(2).first().isEqualTo(letter);
      file.write(HookNotes.forgotten("pager", 7).with(HookNotes.forgotten("pager", 8)));
      file.write(HookNotes.forgotten("pager", 99));
    }
    try (SqliteFile file = open()) {
      contents(file);
      assertThat(file.hooks().letters()).isEmpty();
    }
  }

  @Test
  void whatWasWrittenBeforeThereWereHooksIsTakenOver() throws Exception {
    try (SqliteFile file = open()) {
      contents(file);
      file.write(batch(501, Drafts.registered("a", 1)));
    }
    sql("DROP TABLE hook_cursor");
    sql("DROP TABLE hook_dead");
    sql("PRAGMA user_version=4");
    try (SqliteFile file = open()) {
      assertThat(contents(file).kept().sessions()).hasSize(1);
      file.write(HookNotes.cursor("pager", 5));
    }
    try (SqliteFile file = open()) {
      contents(file);
      assertThat(file.hooks().cursors()).containsEntry("pager", 5L);
    }
  }

  /** An older program would judge by times that are too short. */
  @Test
  void noOlderProgramOpensIt() throws Exception {
    open().close();
    assertThat(Schema.VERSION).isGreaterThan(3);
    sql("PRAGMA user_version=3");
    open().close();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("pulsewatch.db"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      assertThat(row.getInt(1)).isEqualTo(Schema.VERSION);
    }
  }

  private static Batch stretched(Stretched stretched) {
    return new Batch(List.of(), 10_000, 20_000, Drafts.WALL_MILLIS, 0, stretched);
  }

  @Test
  void aForeignFileIsRefused() throws Exception {
    sql("CREATE TABLE somebody(elses TEXT)");
    assertThatThrownBy(this::open).hasMessageContaining("no ledger of Pulsewatch");
  }

  @Test
  void aDamagedFileIsRefusedWithTheWayOut() throws IOException {
    Files.writeString(
        directory.resolve("pulsewatch.db"),
        "this is no database".repeat(500),
        StandardCharsets.UTF_8);
    assertThatThrownBy(this::open)
        .hasMessageContaining("is damaged")
        .hasMessageContaining("move it away")
        .hasMessageContaining(".recover");
  }

  @Test
  void aPageThatIsTornIsFound() throws Exception {
    Path path = directory.resolve("pulsewatch.db");
    try (SqliteFile file = open()) {
      contents(file);
      for (int i = 0; i < 200; i++) {
        file.write(batch(500 + i, Drafts.registered("a" + i, i)));
      }
    }
    byte[] bytes = Files.readAllBytes(path);
    java.util.Arrays.fill(bytes, 8 * 4096, bytes.length - 4096, (byte) 0x5A);
    Files.write(path, bytes);
    assertThatThrownBy(
            () -> {
              try (SqliteFile file = open()) {
                contents(file);
              }
            })
        .hasMessageContaining("is damaged");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsRefused() throws IOException {
    Path blocked = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> SqliteFile.open(blocked.resolve("below"), MANY))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("cannot use");
  }
}
