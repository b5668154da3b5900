package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.RoleWait;
import io.pulsewatch.server.liveness.State;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger keeps of roles. */
final class RoleRecordsTest {
  private static final InstanceKey KEY = new InstanceKey("orders", "a");
  private static final InstanceKey OTHER = new InstanceKey("orders", "b");
  private static final Moment NOW = new Moment(0, Drafts.WALL_MILLIS);
  private static final HistoryLimits MANY = new HistoryLimits(1_000, 1_000_000_000);
  private static final RoleWait WAIT =
      new RoleWait("writer", KEY, 7, 77, 6_000_000_000L, true, OTHER, "drill", 5, 6_005);

  @TempDir private Path directory;

  @Test
  void whatItHoldsAndStandsForComesBack() throws Exception {
    Entry entry = Drafts.entry("a", 7, State.ALIVE);
    byte[] bytes = Records.session(entry, Drafts.memory(7));
    Entry read = Records.session(KEY, 9, bytes, NOW).entry();
    assertThat(read.roles()).isEqualTo(entry.roles()).isNotEmpty();
    assertThat(read.details()).isEqualTo(entry.details());
    assertThat(read.details().roles()).isNotEmpty();
  }

  /** Such a record ends where roles would begin. */
  @Test
  void whatWasWrittenWithoutRolesHasNone() throws Exception {
    Entry with = Drafts.entry("a", 7, State.ALIVE);
    Entry entry = without(with);
    byte[] bytes = Records.session(entry, Drafts.memory(7));
    byte[] older = Arrays.copyOf(bytes, bytes.length - 2 * Integer.BYTES);
    Kept.Remembered read = Records.session(KEY, 9, older, NOW);
    assertThat(read.entry().roles()).isEmpty();
    assertThat(read.entry().details()).isEqualTo(entry.details());
    assertThat(read.memory()).isEqualTo(Drafts.memory(7));
  }

  @Test
  void waitsOutliveTheProcessUntilTheyAreOver() throws Exception {
    write(WAIT);
    assertThat(waits()).containsExactly(WAIT);
    RoleWait another =
        new RoleWait("writer", OTHER, 8, 78, 9_000_000_000L, false, null, "", 6, 9_006);
    write(another);
    assertThat(waits()).containsExactly(another);
    write(null);
    assertThat(waits()).isEmpty();
  }

  @Test
  void aFileWithoutRolesIsTakenOver() throws Exception {
    SqliteFile.open(directory, MANY).close();
    String url = "jdbc:sqlite:" + directory.resolve("pulsewatch.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE roles");
      statement.execute("PRAGMA user_version=4");
    }
    write(WAIT);
    assertThat(waits()).containsExactly(WAIT);
  }

  private void write(@Nullable RoleWait wait) throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, MANY)) {
      file.begin(() -> "lineage", 3, NOW);
      Batch.Line line = new Batch.Noted(new Note.RoleAwaited("writer", KEY, wait));
      file.write(new Batch(List.of(line), 10_000, 20_000, Drafts.WALL_MILLIS));
    }
  }

  private List<RoleWait> waits() throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, MANY)) {
      return file.begin(() -> "lineage", 3, NOW).kept().roleWaits();
    }
  }

  private static Entry without(Entry entry) {
    Details said = entry.details();
    return new Entry(
        entry.key(),
        entry.incarnation(),
        entry.revision(),
        entry.state(),
        entry.status(),
        entry.override(),
        new Details(said.endpoints(), said.labels(), said.zone(), said.weight(), said.version()),
        entry.times(),
        entry.sinceMillis(),
        entry.vitals(),
        entry.hold(),
        entry.settling(),
        List.<HeldRole>of());
  }
}
