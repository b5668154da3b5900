package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.InstanceKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History in pages: the right changes, along an index, and never more than a page's work. */
final class SqliteHistoryTest {
  private static final HistoryLimits MANY = new HistoryLimits(10_000, 1_000_000_000);
  private static final List<String> SERVICES = List.of("a", "b", "ab", "c");

  @TempDir private Path directory;

  private final Map<Long, InstanceKey> written = new TreeMap<>();

  private void fill(SqliteFile file) throws Exception {
    SplittableRandom chance = new SplittableRandom(7);
    long revision = 500;
    for (int batch = 0; batch < 20; batch++) {
      List<Batch.Line> lines = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        revision += 1 + chance.nextInt(3);
        InstanceKey key = new InstanceKey(SERVICES.get(chance.nextInt(4)), "i" + chance.nextInt(5));
        lines.add(new Batch.Numbered(revision, Drafts.dead(key, 1)));
        written.put(revision, key);
      }
      file.write(new Batch(lines, 10_000, 20_000, Drafts.WALL_MILLIS));
    }
  }

  private static SqliteHistory.Subject subject(String id, String... services) {
    return new SqliteHistory.Subject(List.of(services), id.isEmpty() ? null : id);
  }

  /** What a page may look at does not change what is found, only in how many pages. */
  @Test
  void everyQuestionIsAnsweredWithWhatItAsksFor() throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, MANY);
        SqliteHistory narrow = SqliteHistory.of(file, 7);
        SqliteHistory wide = SqliteHistory.of(file)) {
      file.begin(() -> "a-lineage", 100, Drafts.START);
      fill(file);
      for (SqliteHistory history : List.of(narrow, wide)) {
        check(history, subject(""), key -> true);
        check(history, subject("", "a"), key -> key.service().equals("a"));
        check(history, subject("", "a", "a"), key -> key.service().equals("a"));
        check(history, subject("", "a", "c"), key -> !key.service().endsWith("b"));
        check(history, subject("", "a*"), key -> key.service().startsWith("a"));
        check(history, subject("", "?b", "c"), key -> key.service().matches("ab|c"));
        check(history, subject("", "nobody"), key -> false);
        check(history, subject("", "nobody*"), key -> false);
        check(history, subject("i1"), key -> key.instanceId().equals("i1"));
        check(history, subject("i1", "b"), key -> key.toString().equals("b/i1"));
        check(history, subject("i1", "?"), key -> key.toString().matches("./i1"));
        check(history, subject("nobody", "a"), key -> false);
      }
    }
  }

  private void check(
      SqliteHistory history, SqliteHistory.Subject subject, Predicate<InstanceKey> wanted)
      throws Exception {
    long first = 520;
    long last = 880;
    List<Long> expected =
        written.entrySet().stream()
            .filter(one -> one.getKey() > first && one.getKey() <= last)
            .filter(one -> wanted.test(one.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    List<Long> found = new ArrayList<>();
    long after = first;
    while (after < last) {
      SqliteHistory.Page page = history.page(subject, after, last, 4, Drafts.START);
      assertThat(page.changes()).hasSizeLessThanOrEqualTo(4);
      assertThat(page.next()).as("it goes on").isGreaterThan(after);
      page.changes().forEach(change -> found.add(change.revision()));
      after = page.next();
    }
    assertThat(found).as("%s", subject).isEqualTo(expected);
  }

  @Test
  void aPageThatLookedAtEnoughSaysWhereToGoOn() throws Exception {
    try (SqliteFile file = SqliteFile.open(directory, MANY);
        SqliteHistory history = SqliteHistory.of(file, 10)) {
      file.begin(() -> "a-lineage", 100, Drafts.START);
      fill(file);
      List<Long> all = List.copyOf(written.keySet());
      SqliteHistory.Page page = history.page(subject("", "no*"), 0, 9_000, 4, Drafts.START);
      assertThat(page.changes()).isEmpty();
      assertThat(page.next()).isEqualTo(all.get(9));
      assertThat(history.page(subject("", "c"), 0, 9_000, 4, Drafts.START).changes())
          .extracting(change -> change.key().service())
          .containsExactly("c", "c", "c", "c");
    }
  }

  /** No question sorts, and none looks at all changes but one that asks for all. */
  @Test
  void whatIsFoundIsFoundInOrderAlongAnIndex() throws Exception {
    SqliteFile.open(directory, MANY).close();
    assertThat(plan(subject("")))
        .isEqualTo("SEARCH changes USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    assertThat(plan(subject("", "a*"))).isEqualTo(plan(subject("")));
    assertThat(plan(subject("", "a", "b"))).isEqualTo(plan(subject("")));
    assertThat(plan(subject("", "a")))
        .isEqualTo(
            "SEARCH changes USING INDEX changes_by_service (service=? AND rowid>? AND rowid<?)");
    String byInstance =
        "SEARCH changes USING INDEX changes_by_instance"
            + " (instance_id=? AND rowid>? AND rowid<?)";
    assertThat(plan(subject("i1"))).isEqualTo(byInstance);
    assertThat(plan(subject("i1", "a"))).isEqualTo(byInstance);
    assertThat(plan(subject("i1", "a*"))).isEqualTo(byInstance);
  }

  private String plan(SqliteHistory.Subject subject) throws SQLException {
    HistoryQuery query = HistoryQuery.of(subject);
    assertThat(explain(query.lookedAt()).replace("COVERING ", ""))
        .isEqualTo(explain(query.changes()));
    return explain(query.changes());
  }

  private String explain(String sql) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("pulsewatch.db"));
        PreparedStatement statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        steps.add(rows.getString("detail"));
      }
    }
    return String.join("; ", steps);
  }
}
