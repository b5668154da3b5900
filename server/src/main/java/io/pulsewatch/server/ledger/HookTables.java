package io.pulsewatch.server.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables of a ledger's file that hooks have. Stateless. */
final class HookTables {
  static final List<String> NAMES = List.of("hook_cursor", "hook_dead");

  static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS hook_cursor(
            hook TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID
          """,
          """
          CREATE TABLE IF NOT EXISTS hook_dead(
            hook TEXT NOT NULL, revision INTEGER NOT NULL, original BLOB NOT NULL,
            attempts INTEGER NOT NULL, error TEXT NOT NULL, failed_at INTEGER NOT NULL,
            PRIMARY KEY(hook, revision)) WITHOUT ROWID
          """);

  private HookTables() {}

  static HookMemory read(Connection connection) throws SQLException {
    Map<String, Long> cursors = new HashMap<>();
    Map<String, List<DeadRow>> letters = new HashMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SELECT hook, revision FROM hook_cursor")) {
        while (rows.next()) {
          cursors.put(rows.getString(1), rows.getLong(2));
        }
      }
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT hook, revision, original, attempts, error, failed_at FROM hook_dead"
                  + " ORDER BY hook, revision")) {
        while (rows.next()) {
          letters
              .computeIfAbsent(rows.getString(1), hook -> new ArrayList<>())
              .add(
                  new DeadRow(
                      rows.getLong(2),
                      rows.getBytes(3),
                      rows.getInt(4),
                      rows.getString(5),
                      rows.getLong(6)));
        }
      }
    }
    return new HookMemory(Map.copyOf(cursors), Map.copyOf(letters));
  }

  /** Makes notes durable, or throws, and nothing has happened. Writing them twice does no harm. */
  static void write(Connection connection, HookNotes notes) throws SQLException {
    try {
      for (Map.Entry<HookNotes.Place, Optional<DeadRow>> letter : notes.letters().entrySet()) {
        put(connection, letter.getKey(), letter.getValue());
      }
      for (Map.Entry<String, Long> cursor : notes.cursors().entrySet()) {
        execute(
            connection,
            "INSERT OR REPLACE INTO hook_cursor VALUES(?,?)",
            cursor.getKey(),
            cursor.getValue());
      }
      connection.commit();
    } catch (SQLException e) {
      rollBack(connection, e);
      throw e;
    }
  }

  private static void put(Connection connection, HookNotes.Place place, Optional<DeadRow> letter)
      throws SQLException {
    if (letter.isEmpty()) {
      execute(
          connection,
          "DELETE FROM hook_dead WHERE hook=? AND revision=?",
          place.hook(),
          place.revision());
      return;
    }
    DeadRow row = letter.get();
    execute(
        connection,
        "INSERT OR REPLACE INTO hook_dead VALUES(?,?,?,?,?,?)",
        place.hook(),
        place.revision(),
        row.original(),
        row.attempts(),
        row.error(),
        row.failedAtMillis());
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static void rollBack(Connection connection, SQLException why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }
}
