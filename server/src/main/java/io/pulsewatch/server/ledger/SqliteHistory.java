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
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the changes that a ledger keeps, on a connection of its own, so that it delays no commit.
 *
 * <p>Confined to one thread at a time.
 */
public final class SqliteHistory implements AutoCloseable {
  static final String SELECT =
      "SELECT revision, at, service, instance_id, cause, body FROM changes";

  /** Bytes of one page; it holds one change at the least. */
  private static final int MAX_PAGE_BYTES = 512 * 1024;

  private final Connection connection;

  private SqliteHistory(Connection connection) {
    this.connection = connection;
  }

  /** Opens a second connection to a file that is open. */
  public static SqliteHistory of(SqliteFile file) throws LedgerException {
    try {
      return new SqliteHistory(SqliteFile.connectReadOnly(file.name()));
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
      services = List.copyOf(services);
    }
  }

  /**
   * Some changes.
   *
   * @param next revision after which to go on
   */
  public record Page(List<Change> changes, long next) {}

  /** Changes after a revision up to another, oldest first: so many, or what fits into a page. */
  public Page page(Subject subject, long after, long upTo, int most, Moment now)
      throws LedgerException {
    StringBuilder sql = new StringBuilder(SELECT).append(" WHERE revision > ? AND revision <= ?");
    List<String> services = subject.services();
    if (!services.isEmpty()) {
      boolean exact = services.stream().noneMatch(SqliteHistory::isGlob);
      sql.append(" AND (")
          .append(
              String.join(
                  " OR ",
                  Collections.nCopies(services.size(), exact ? "service = ?" : "service GLOB ?")))
          .append(')');
    }
    sql.append(subject.instanceId() == null ? "" : " AND instance_id = ?")
        .append(" ORDER BY revision LIMIT ?");
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      int place = 0;
      statement.setLong(++place, after);
      statement.setLong(++place, upTo);
      for (String service : services) {
        statement.setString(++place, service);
      }
      if (subject.instanceId() != null) {
        statement.setString(++place, subject.instanceId());
      }
      statement.setInt(++place, most);
      return read(statement, most, upTo, now);
    } catch (SQLException e) {
      throw new LedgerException("cannot read the history (" + e.getMessage() + ")", e);
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

  private static boolean isGlob(String service) {
    return service.indexOf('*') >= 0 || service.indexOf('?') >= 0;
  }
}
