package io.pulsewatch.server.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The tables of a ledger's file, and who may be let near one.
 *
 * <p>Stateless.
 */
final class Schema {
  /** Marks a file as a ledger of Pulsewatch: "PWLG". */
  static final int APPLICATION_ID = 0x50574C47;

  /**
   * What this program writes and reads: the tables below and the bytes of {@link Records}. Whoever
   * changes one of them raises it. 1 and 2 were never published, so no way leads here from them.
   */
  static final int VERSION = 5;

  /**
   * The same tables without a word of stretched times: nothing was stretched. A program that knows
   * no more must not open what has such words, since it would judge by times that are too short.
   */
  private static final int UNSTRETCHED = 3;

  /**
   * The first that has the tables of hooks and of roles. A program that knows no more must not open
   * it, since it would forget who may still believe to hold a role.
   */
  private static final int WITH_ROLES_AND_HOOKS = 5;

  /** Waits for whoever may still believe to hold a role. */
  private static final String ROLES =
      "CREATE TABLE IF NOT EXISTS roles(name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID";

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER, text TEXT) WITHOUT ROWID",
          """
          CREATE TABLE instances(
            service TEXT NOT NULL, instance_id TEXT NOT NULL, revision INTEGER NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY(service, instance_id)) WITHOUT ROWID
          """,
          """
          CREATE TABLE overrides(
            service TEXT NOT NULL, instance_id TEXT NOT NULL, kind TEXT NOT NULL,
            reason TEXT NOT NULL, expires_at INTEGER NOT NULL,
            PRIMARY KEY(service, instance_id)) WITHOUT ROWID
          """,
          """
          CREATE TABLE changes(
            revision INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL,
            instance_id TEXT NOT NULL, cause TEXT NOT NULL, body BLOB NOT NULL)
          """,
          // Each of the two holds revisions, too: they are the table's row numbers.
          "CREATE INDEX changes_by_service ON changes(service)",
          "CREATE INDEX changes_by_instance ON changes(instance_id)");

  private Schema() {}

  /**
   * Refuses what is not ours to write. Changes nothing.
   *
   * @param file for messages
   */
  static void inspect(Connection connection, String file) throws SQLException, LedgerException {
    int version = number(connection, "PRAGMA user_version");
    boolean isOurs = number(connection, "PRAGMA application_id") == APPLICATION_ID;
    boolean isNew = number(connection, "SELECT count(*) FROM sqlite_master") == 0;
    if (!isOurs && !isNew) {
      throw new LedgerException(file + " is no ledger of Pulsewatch; choose another directory");
    }
    if (version > VERSION) {
      throw new LedgerException(
          String.format(
              Locale.ROOT,
              "%s was written by a newer Pulsewatch (version %d of its tables, this one knows %d);"
                  + " run that one, or choose another directory",
              file,
              version,
              VERSION));
    }
    if (version < UNSTRETCHED && !isNew) {
      throw new LedgerException(
          String.format(
              Locale.ROOT,
              "%s was written by a Pulsewatch that was never published (version %d of its tables,"
                  + " the first that counts is %d); move it away and start without it, and clients"
                  + " register anew",
              file,
              version,
              UNSTRETCHED));
    }
  }

  /**
   * Makes the tables that a file lacks that was inspected, and marks it as this program's, in one
   * transaction; writes nothing where that is done.
   */
  static void create(Connection connection) throws SQLException {
    int version = number(connection, "PRAGMA user_version");
    if (version == VERSION) {
      connection.rollback(); // it ends the reading
      return;
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : version == 0 ? TABLES : List.<String>of()) {
        statement.execute(sql);
      }
      for (String sql : version < WITH_ROLES_AND_HOOKS ? HookTables.TABLES : List.<String>of()) {
        statement.execute(sql);
      }
      if (version < WITH_ROLES_AND_HOOKS) {
        statement.execute(ROLES);
      }
      statement.execute("PRAGMA application_id=" + APPLICATION_ID);
      statement.execute("PRAGMA user_version=" + VERSION);
    }
    connection.commit();
  }

  /**
   * Looks whether the tables that a start needs are whole. Changes are looked at when they are
   * read.
   */
  static void check(Connection connection, String file) throws SQLException, LedgerException {
    List<String> faults = new ArrayList<>();
    List<String> tables = new ArrayList<>(List.of("meta", "instances", "overrides", "roles"));
    tables.addAll(HookTables.NAMES);
    for (String table : tables) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("PRAGMA quick_check('" + table + "')")) {
        while (rows.next()) {
          String row = rows.getString(1);
          if (!"ok".equals(row)) {
            faults.add(row);
          }
        }
      }
    }
    if (!faults.isEmpty()) {
      throw damaged(file, faults.get(0));
    }
  }

  static LedgerException damaged(String file, String fault) {
    return new LedgerException(
        file
            + " is damaged ("
            + fault
            + "); move it away and start without it, and clients register anew, or rescue what can"
            + " be read with: sqlite3 "
            + file
            + " .recover");
  }

  private static int number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }
}
