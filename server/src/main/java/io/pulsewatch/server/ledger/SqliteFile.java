package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.RoleWait;
import io.pulsewatch.server.liveness.Stretched;
import io.pulsewatch.server.liveness.Times;
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
import java.util.Locale;
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

  /** More than anybody stretches: the number is damaged. */
  private static final long MAX_STRETCH_PERCENT = 10_000;

  /** For so long a lineage begins: a start that fell into its first wait waits anew. */
  private static final long BEGINNING_MICROS = TimeUnit.MINUTES.toMicros(5);

  private final DataDirectory directory;
  private final String file;
  private final HistoryLimits limits;
  private final HighWater highWater;
  private Connection connection;
  private SqliteWriter writer;
  private int logPages;
  private HookMemory hooks = HookMemory.NOTHING;

  private SqliteFile(DataDirectory directory, HistoryLimits limits, Connection connection)
      throws SQLException {
    this.directory = directory;
    this.file = directory.file(NAME).toString();
    this.limits = limits;
    this.highWater = new HighWater(directory);
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
   * @throws LedgerException if it is another server's, of another version, damaged, or cannot be
   *     written
   */
  public static SqliteFile open(Path path, HistoryLimits limits) throws LedgerException {
    DataDirectory directory = DataDirectory.lock(path);
    try {
      return open(directory, limits);
    } catch (LedgerException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static SqliteFile open(DataDirectory directory, HistoryLimits limits)
      throws LedgerException {
    String file = directory.file(NAME).toString();
    try {
      try (Connection connection = DriverManager.getConnection(URL + file)) {
        Schema.inspect(connection, file);
      }
      Connection connection = connect(file);
      try {
        Schema.create(connection);
        Schema.check(connection, file);
        return new SqliteFile(directory, limits, connection);
      } catch (LedgerException | SQLException | RuntimeException e) {
        close(connection, e);
        throw e;
      }
    } catch (SQLException e) {
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
      hooks = HookTables.read(connection);
      connection.commit();
      highWater.raise(HighWater.Mark.of(contents.origin()));
      return contents;
    } catch (SQLException e) {
      throw unusable(file, e);
    } catch (IOException e) {
      throw Schema.damaged(file, String.valueOf(e.getMessage()));
    }
  }

  /** Makes a batch durable. */
  public void write(Batch batch) throws SQLException {
    HighWater.Mark reserved =
        new HighWater.Mark(batch.reservedRevision(), batch.reservedIncarnation());
    highWater.raise(reserved);
    writer.write(batch);
    highWater.settle(reserved);
    logPages += PAGES_PER_COMMIT + PAGES_PER_CHANGE * batch.lines().size();
  }

  /** What hooks had kept when this process began. */
  public HookMemory hooks() {
    return hooks;
  }

  /** Makes notes of hooks durable. */
  public void write(HookNotes notes) throws SQLException {
    HookTables.write(connection, notes);
    logPages += PAGES_PER_COMMIT + notes.letters().size();
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

  /** Starts afresh after a failed write: nothing of it is left, whether this works or not. */
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
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      statement.execute("PRAGMA query_only=1");
      return connection;
    } catch (SQLException | RuntimeException e) {
      close(connection, e);
      throw e;
    }
  }

  private void closeConnection() throws SQLException {
    try {
      writer.close();
    } finally {
      connection.close();
    }
  }

  private Contents read(Supplier<String> lineage, int mostRecent, Moment now)
      throws SQLException, IOException {
    Map<String, Object> meta = meta();
    HighWater.Mark mark = highWater.read();
    HighWater.Mark known = mark == null ? new HighWater.Mark(0, 0) : mark;
    // Not only above what was reserved: an old copy does not know what was given after it was made.
    long wallMicros = TimeUnit.MILLISECONDS.toMicros(now.wallMillis());
    long revision = Math.max(number(meta, "reserved_revision", 0), wallMicros);
    long incarnation = Math.max(number(meta, "reserved_incarnation", 0), wallMicros);
    DurableLedger.Origin origin =
        DurableLedger.Origin.after(
            lineage(meta, lineage, mark == null),
            Math.max(revision, known.revision()),
            Math.max(incarnation, known.incarnation()),
            stretched(meta));
    boolean isBeginning =
        mark == null
            || !meta.containsKey("lineage")
            || wallMicros - number(meta, "began_at", 0) < BEGINNING_MICROS;
    if (!meta.containsKey("lineage")) {
      writer.beginAt(origin.lastRevision());
      meta.put("began_at", origin.lastRevision());
    }
    if (mark != null || !meta.containsKey("lineage")) {
      highWater.raise(HighWater.Mark.of(origin));
    } // else only after the commit: a start that fails before must find it missing again
    writer.begin(origin.lineage(), origin.reservedRevision(), origin.reservedIncarnation());
    Kept kept =
        new Kept(
            sessions(now),
            overrides(),
            number(meta, "served_until", now.wallMillis()),
            number(meta, "goodbye_nanos", 0),
            origin.stretched(),
            roleWaits(),
            isBeginning);
    Deque<Change> recent = recent(mostRecent, now);
    long before = before(meta, recent, origin.lastRevision());
    return new Contents(origin, kept, List.copyOf(recent), before);
  }

  private static Stretched stretched(Map<String, Object> meta) throws IOException {
    long percent = number(meta, SqliteWriter.STRETCH, Times.AS_GRANTED);
    long greatest = number(meta, SqliteWriter.GREATEST_STRETCH, percent);
    if (percent < Times.AS_GRANTED || greatest < percent || greatest > MAX_STRETCH_PERCENT) {
      throw new IOException("times stretched to " + percent + " % and " + greatest + " %");
    }
    return new Stretched((int) percent, (int) greatest);
  }

  /**
   * A database that came from elsewhere begins a lineage: what was told after it was copied is not
   * known, and its numbers may be given again.
   */
  private String lineage(Map<String, Object> meta, Supplier<String> lineage, boolean isElsewhere) {
    if (!(meta.get("lineage") instanceof String known)) {
      return lineage.get();
    }
    if (!isElsewhere) {
      return known;
    }
    System.getLogger("io.pulsewatch")
        .log(
            System.Logger.Level.WARNING,
            "{0} comes from elsewhere or is a restored copy: it goes on as a new lineage, so that"
                + " watchers begin anew",
            file);
    return lineage.get();
  }

  /**
   * The newest change before the recent ones, or where the first of all would have been: a watcher
   * who was told that has missed nothing. Numbers that were reserved and never given do not count.
   */
  private long before(Map<String, Object> meta, Deque<Change> recent, long otherwise)
      throws SQLException {
    long first = recent.isEmpty() ? Long.MAX_VALUE : recent.getFirst().revision();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT max(revision) FROM changes WHERE revision < ?")) {
      statement.setLong(1, first);
      try (ResultSet row = statement.executeQuery()) {
        long older = row.next() ? row.getLong(1) : 0;
        if (older != 0) {
          return older;
        }
      }
    }
    long began = number(meta, "began_at", recent.isEmpty() ? otherwise : first - 1);
    return Math.min(first - 1, number(meta, "dropped_to", began));
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

  private List<RoleWait> roleWaits() throws SQLException, IOException {
    List<RoleWait> waits = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name, body FROM roles")) {
      while (rows.next()) {
        waits.add(RoleRecords.waiting(rows.getString(1), rows.getBytes(2)));
      }
    }
    return waits;
  }

  private Deque<Change> recent(int most, Moment now) throws SQLException, IOException {
    Deque<Change> recent = new ArrayDeque<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT " + SqliteHistory.COLUMNS + " FROM changes ORDER BY revision DESC LIMIT ?")) {
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
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException | RuntimeException e) {
      close(connection, e);
      throw e;
    }
  }

  /** A connection that is of no use is closed, or each attempt would leave a descriptor behind. */
  private static void close(Connection useless, Exception why) {
    try {
      useless.close();
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  static LedgerException unusable(String file, SQLException e) {
    String fault = String.valueOf(e.getMessage());
    if (fault.contains("CORRUPT") || fault.contains("NOTADB")) {
      return Schema.damaged(file, fault);
    }
    return new LedgerException("cannot use " + file + " (" + fault + "); " + remedy(fault, e), e);
  }

  private static String remedy(String fault, SQLException e) {
    if (e.getCause() instanceof IOException beside) {
      return DataDirectory.remedy(beside); // of the file beside the database
    }
    boolean isForbidden = fault.contains("READONLY") || fault.contains("CANTOPEN");
    return DataDirectory.remedy(fault.toLowerCase(Locale.ROOT), isForbidden);
  }
}
