package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.OperatorOverride;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A ledger's file: SQLite in WAL mode, each commit synced. Opened and read at the start; from then
 * on written by one thread.
 *
 * <p>Confined to one thread at a time.
 */
public final class SqliteFile implements AutoCloseable {
  private static final String NAME = "pulsewatch.db";
  private static final String URL = "jdbc:sqlite:";

  /** Room for what ten thousand changes touch: what does not fit is written twice. */
  private static final int CACHE_KIB = 32 * 1024;

  /** The log is moved into the file after so many pages, as far as they can be guessed. */
  private static final int LOG_PAGES = 2_000;

  /** Past so many it is moved even while a batch waits. */
  private static final int MAX_LOG_PAGES = 40_000;

  /** Pages that a commit writes, and those that each of its changes adds: tables and index. */
  private static final int PAGES_PER_COMMIT = 2;

  private static final int PAGES_PER_CHANGE = 3;

  private final DataDirectory directory;
  private final String file;
  private final HistoryLimits limits;
  private Connection connection;
  private SqliteWriter writer;
  private int logPages;

  private SqliteFile(DataDirectory directory, HistoryLimits limits, Connection connection)
      throws SQLException {
    this.directory = directory;
    this.file = directory.file(NAME).toString();
    this.limits = limits;
    this.connection = connection;
    this.writer = new SqliteWriter(connection, limits, SqliteWriter.count(connection));
  }

  /**
   * What is in the file, for the process that begins.
   *
   * @param recent the newest changes, oldest first
   * @param before changes up to here are not among the recent ones
   */
  public record Contents(
      DurableLedger.Origin origin, Kept kept, List<Change> recent, long before) {}

  /**
   * Opens the file of a directory, and makes both where they are missing.
   *
   * @throws LedgerException if it is another server's, of a newer version, damaged, or cannot be
   *     written
   */
  public static SqliteFile open(Path path, HistoryLimits limits) throws LedgerException {
    DataDirectory directory = DataDirectory.lock(path);
    String file = directory.file(NAME).toString();
    try {
      try (Connection connection = DriverManager.getConnection(URL + file)) {
        Schema.inspect(connection, file);
      }
      Connection connection = connect(file);
      Schema.migrate(connection);
      Schema.check(connection, file);
      return new SqliteFile(directory, limits, connection);
    } catch (LedgerException e) {
      directory.close();
      throw e;
    } catch (SQLException e) {
      directory.close();
      throw unusable(file, e);
    }
  }

  /** Where the file is, for people. */
  public String name() {
    return file;
  }

  /** Where the file's own directory is. */
  public Path directory() {
    return directory.path();
  }

  /**
   * Reads what an earlier process left, and reserves the first numbers of this one.
   *
   * @param lineage names a sequence of revisions that begins
   * @param mostRecent changes to be read at the most
   */
  public Contents begin(Supplier<String> lineage, int mostRecent, Moment now)
      throws LedgerException {
    try {
      Contents contents = read(lineage, mostRecent, now);
      connection.commit();
      return contents;
    } catch (SQLException e) {
      throw unusable(file, e);
    } catch (IOException e) {
      throw Schema.damaged(file, String.valueOf(e.getMessage()));
    }
  }

  /** Makes a batch durable. */
  public void write(Batch batch) throws SQLException {
    writer.write(batch);
    logPages += PAGES_PER_COMMIT + PAGES_PER_CHANGE * batch.lines().size();
  }

  /**
   * Moves the log into the file where it has grown, after a commit and not within it, so that
   * nobody waits for it but the next batch. Readers do not mind.
   *
   * @param busy whether a batch waits
   */
  public void tidy(boolean busy) throws SQLException {
    if (logPages < (busy ? MAX_LOG_PAGES : LOG_PAGES)) {
      return;
    }
    logPages = 0;
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } finally {
      connection.setAutoCommit(false);
    }
  }

  /** Starts afresh after a failed write: nothing of it is left. */
  public void reopen() throws SQLException {
    closeConnection();
    connection = connect(file);
    writer = new SqliteWriter(connection, limits, writer.changes());
  }

  @Override
  public void close() {
    try {
      closeConnection();
    } catch (SQLException e) {
      System.getLogger("io.pulsewatch")
          .log(System.Logger.Level.WARNING, "cannot close " + file + "; nothing is lost", e);
    }
    directory.close();
  }

  /** A connection of its own for who only reads; each question sees what is newest. */
  static Connection connectReadOnly(String file) throws SQLException {
    Connection connection = connect(file);
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only=1");
    }
    return connection;
  }

  private void closeConnection() throws SQLException {
    writer.close();
    connection.close();
  }

  private Contents read(Supplier<String> lineage, int mostRecent, Moment now)
      throws SQLException, IOException {
    Map<String, Object> meta = meta();
    String name = meta.get("lineage") instanceof String known ? known : lineage.get();
    long wallMicros = TimeUnit.MILLISECONDS.toMicros(now.wallMillis());
    long revision = number(meta, "reserved_revision", wallMicros);
    long incarnation = number(meta, "reserved_incarnation", wallMicros);
    DurableLedger.Origin origin = DurableLedger.Origin.after(name, revision, incarnation);
    writer.begin(name, origin.reservedRevision(), origin.reservedIncarnation());
    Kept kept =
        new Kept(
            sessions(now),
            overrides(),
            number(meta, "served_until", now.wallMillis()),
            number(meta, "goodbye_nanos", 0));
    Deque<Change> recent = recent(mostRecent, now);
    long before = recent.isEmpty() ? revision : recent.getFirst().revision() - 1;
    return new Contents(origin, kept, List.copyOf(recent), before);
  }

  private Map<String, Object> meta() throws SQLException {
    Map<String, Object> meta = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name, number, text FROM meta")) {
      while (rows.next()) {
        String text = rows.getString(3);
        meta.put(rows.getString(1), text == null ? (Object) rows.getLong(2) : text);
      }
    }
    return meta;
  }

  private static long number(Map<String, Object> meta, String name, long otherwise) {
    return meta.get(name) instanceof Long number ? number : otherwise;
  }

  private List<Kept.Remembered> sessions(Moment now) throws SQLException, IOException {
    List<Kept.Remembered> sessions = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT service, instance_id, revision, body FROM instances")) {
      while (rows.next()) {
        InstanceKey key = new InstanceKey(rows.getString(1), rows.getString(2));
        sessions.add(Records.session(key, rows.getLong(3), rows.getBytes(4), now));
      }
    }
    return sessions;
  }

  private Map<InstanceKey, OperatorOverride> overrides() throws SQLException, IOException {
    Map<InstanceKey, OperatorOverride> overrides = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT service, instance_id, kind, reason, expires_at FROM overrides")) {
      while (rows.next()) {
        overrides.put(
            new InstanceKey(rows.getString(1), rows.getString(2)),
            new OperatorOverride(
                OperatorOverride.Kind.valueOf(rows.getString(3)),
                rows.getString(4),
                rows.getLong(5)));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
    return overrides;
  }

  private Deque<Change> recent(int most, Moment now) throws SQLException, IOException {
    Deque<Change> recent = new ArrayDeque<>();
    try (PreparedStatement statement =
        connection.prepareStatement(SqliteHistory.SELECT + " ORDER BY revision DESC LIMIT ?")) {
      statement.setInt(1, most);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          recent.addFirst(SqliteHistory.change(rows, now));
        }
      }
    }
    return recent;
  }

  private static Connection connect(String file) throws SQLException {
    Connection connection = DriverManager.getConnection(URL + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute("PRAGMA busy_timeout=0");
      statement.execute("PRAGMA journal_size_limit=67108864");
      statement.execute("PRAGMA cache_size=-" + CACHE_KIB);
      statement.execute("PRAGMA wal_autocheckpoint=0"); // see tidy()
    }
    connection.setAutoCommit(false);
    return connection;
  }

  private static LedgerException unusable(String file, SQLException e) {
    String fault = String.valueOf(e.getMessage());
    return fault.contains("CORRUPT") || fault.contains("NOTADB")
        ? Schema.damaged(file, fault)
        : new LedgerException(
            "cannot use " + file + " (" + fault + "); choose a directory that can be written", e);
  }
}
