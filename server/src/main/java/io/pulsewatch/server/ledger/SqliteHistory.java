package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the changes that a ledger keeps, on a connection of its own, so that it delays no commit.
 *
 * <p>Confined to one thread at a time.
 */
public final class SqliteHistory implements AutoCloseable {
  static final String COLUMNS = "revision, at, service, instance_id, cause, body";

  /** Bytes of one page; it holds one change at the least. */
  private static final int MAX_PAGE_BYTES = 512 * 1024;

  /** Changes that one page looks at: 30 MB of them, read in 50 ms once they are in memory. */
  private static final int MAX_LOOKED = 50_000;

  private final Connection connection;
  private final int maxLooked;

  private SqliteHistory(Connection connection, int maxLooked) {
    this.connection = connection;
    this.maxLooked = maxLooked;
  }

  /** Opens a second connection to a file that is open. */
  public static SqliteHistory of(SqliteFile file) throws LedgerException {
    return of(file, MAX_LOOKED);
  }

  static SqliteHistory of(SqliteFile file, int maxLooked) throws LedgerException {
    try {
      return new SqliteHistory(SqliteFile.connectReadOnly(file.name()), maxLooked);
    } catch (SQLException e) {
      throw new LedgerException("cannot read " + file.name() + " (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Whose changes.
   *
   * @param services names, or globs with {@code *} and {@code ?}; empty: all
   * @param instanceId null: of all instances
   */
  public record Subject(List<String> services, @Nullable String instanceId) {
    public Subject {
      services = services.stream().distinct().toList();
    }
  }

  /**
   * Some changes.
   *
   * @param next revision after which to go on
   */
  public record Page(List<Change> changes, long next) {}

  /**
   * Changes after a revision up to another, oldest first: so many, or what fits into a page, or
   * what is found among as many as may be looked at. So a page may be empty and not the last.
   */
  public Page page(Subject subject, long after, long upTo, int most, Moment now)
      throws LedgerException {
    HistoryQuery query = HistoryQuery.of(subject);
    try {
      long looked = query.isExact() ? upTo : lookTo(query, after, upTo);
      try (PreparedStatement statement = connection.prepareStatement(query.changes())) {
        statement.setInt(query.bind(statement, after, looked), most);
        return read(statement, most, looked, now);
      }
    } catch (SQLException e) {
      throw new LedgerException("cannot read the history (" + e.getMessage() + ")", e);
    }
  }

  /** How far one page may look. */
  private long lookTo(HistoryQuery query, long after, long upTo) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query.lookedAt())) {
      statement.setInt(query.bindWay(statement, after, upTo), maxLooked - 1);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : upTo;
      }
    }
  }

  /** Changes up to here are not kept any more; 0 where all are. */
  public long droppedTo() throws LedgerException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT number FROM meta WHERE name = 'dropped_to'");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    } catch (SQLException e) {
      throw new LedgerException("cannot read the history (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      System.getLogger("io.pulsewatch")
          .log(System.Logger.Level.DEBUG, "a reader did not close; nothing depends on it", e);
    }
  }

  static Change change(ResultSet row, Moment now) throws SQLException, IOException {
    return Records.change(
        new InstanceKey(row.getString(3), row.getString(4)),
        row.getLong(1),
        row.getLong(2),
        row.getString(5),
        row.getBytes(6),
        now);
  }

  private static Page read(PreparedStatement statement, int most, long upTo, Moment now)
      throws SQLException, LedgerException {
    List<Change> page = new ArrayList<>();
    int bytes = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (bytes < MAX_PAGE_BYTES && rows.next()) {
        page.add(change(rows, now));
        bytes += rows.getBytes(6).length;
      }
    } catch (IOException e) {
      throw new LedgerException("a change in the history is damaged: " + e.getMessage(), e);
    }
    boolean isWhole = page.size() < most && bytes < MAX_PAGE_BYTES;
    return new Page(page, isWhole ? upTo : page.get(page.size() - 1).revision());
  }
}
