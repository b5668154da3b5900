package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.RoleWait;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches into a ledger's tables, each in one transaction, and drops changes that are too
 * old or too many, a few with each batch. Writing a batch twice does no harm.
 *
 * <p>Confined to the thread that writes.
 */
final class SqliteWriter implements AutoCloseable {
  /** Dropped with one batch, at the most, beside as many as it adds. */
  private static final int MAX_DROPPED = 1_000;

  /** How often changes are looked at for their age. */
  private static final long AGE_EACH_MILLIS = 1_000;

  /** By how much granted times are longer, in percent: for who comes now, and at the most. */
  static final String STRETCH = "stretch_percent";

  static final String GREATEST_STRETCH = "greatest_stretch_percent";

  private final Connection connection;
  private final HistoryLimits limits;
  private final PreparedStatement putMeta;
  private final PreparedStatement putChange;
  private final PreparedStatement putInstance;
  private final PreparedStatement putMemory;
  private final PreparedStatement dropInstance;
  private final PreparedStatement putOverride;
  private final PreparedStatement dropOverride;
  private final PreparedStatement putRole;
  private final PreparedStatement dropRole;
  private final PreparedStatement nth;
  private final PreparedStatement newestOld;
  private final PreparedStatement dropTo;
  private long changes;
  private long agedMillis;

  /**
   * Prepares to write.
   *
   * @param changes how many there are: counting a million takes a while
   */
  SqliteWriter(Connection connection, HistoryLimits limits, long changes) throws SQLException {
    this.connection = connection;
    this.limits = limits;
    this.putMeta = connection.prepareStatement("INSERT OR REPLACE INTO meta VALUES(?,?,?)");
    this.putChange =
        connection.prepareStatement("INSERT OR REPLACE INTO changes VALUES(?,?,?,?,?,?)");
    this.putInstance =
        connection.prepareStatement("INSERT OR REPLACE INTO instances VALUES(?,?,?,?)");
    this.putMemory =
        connection.prepareStatement(
            "UPDATE instances SET body=? WHERE service=? AND instance_id=?");
    this.dropInstance =
        connection.prepareStatement("DELETE FROM instances WHERE service=? AND instance_id=?");
    this.putOverride =
        connection.prepareStatement("INSERT OR REPLACE INTO overrides VALUES(?,?,?,?,?)");
    this.dropOverride =
        connection.prepareStatement("DELETE FROM overrides WHERE service=? AND instance_id=?");
    this.putRole = connection.prepareStatement("INSERT OR REPLACE INTO roles VALUES(?,?)");
    this.dropRole = connection.prepareStatement("DELETE FROM roles WHERE name=?");
    this.nth =
        connection.prepareStatement(
            "SELECT revision FROM changes ORDER BY revision LIMIT 1 OFFSET ?");
    this.newestOld =
        connection.prepareStatement(
            "SELECT max(revision) FROM"
                + " (SELECT revision, at FROM changes ORDER BY revision LIMIT ?) WHERE at < ?");
    this.dropTo = connection.prepareStatement("DELETE FROM changes WHERE revision <= ?");
    this.changes = changes;
  }

  /** Changes that a file has. */
  static long count(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM changes");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    } finally {
      connection.rollback(); // nothing was written: it ends the reading
    }
  }

  long changes() {
    return changes;
  }

  /** The first words of a ledger: its first change comes after this revision. Not committed. */
  void beginAt(long revision) throws SQLException {
    number("began_at", revision);
  }

  /** The first words of a process. Not committed. */
  void begin(String lineage, long reservedRevision, long reservedIncarnation) throws SQLException {
    putMeta.setString(1, "lineage");
    putMeta.setObject(2, null);
    putMeta.setString(3, lineage);
    putMeta.executeUpdate();
    reserve(reservedRevision, reservedIncarnation);
  }

  /** Makes a batch durable, or throws, and nothing has happened. */
  void write(Batch batch) throws SQLException {
    try {
      for (Batch.Line line : batch.lines()) {
        if (line instanceof Batch.Numbered numbered) {
          put(numbered);
        } else if (line instanceof Batch.Noted noted) {
          put(noted.note());
        }
      }
      reserve(batch.reservedRevision(), batch.reservedIncarnation());
      number("served_until", batch.wallMillis());
      number("goodbye_nanos", batch.goodbyeNanos());
      number(STRETCH, batch.stretched().percent());
      number(GREATEST_STRETCH, batch.stretched().greatestPercent());
      int dropped = drop(batch);
      connection.commit();
      changes += numbered(batch) - dropped;
    } catch (SQLException e) {
      rollBack(e);
      throw e;
    }
  }

  /** SQLite may have done so by itself; what counts is why. */
  private void rollBack(SQLException why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement :
        List.of(
            putMeta,
            putChange,
            putInstance,
            putMemory,
            dropInstance,
            putOverride,
            dropOverride,
            putRole,
            dropRole,
            nth,
            newestOld,
            dropTo)) {
      statement.close();
    }
  }

  private void put(Batch.Numbered numbered) throws SQLException {
    Draft draft = numbered.draft();
    Change change = draft.committed(numbered.revision(), false);
    InstanceKey key = change.key();
    putChange.setLong(1, change.revision());
    putChange.setLong(2, change.atMillis());
    putChange.setString(3, key.service());
    putChange.setString(4, key.instanceId());
    putChange.setString(5, change.cause().name());
    putChange.setBytes(6, Records.change(change, draft.memory()));
    putChange.executeUpdate();
    if (change.cause() == Cause.REMOVED) {
      execute(dropInstance, key);
    } else {
      name(putInstance, key);
      putInstance.setLong(3, change.revision());
      putInstance.setBytes(4, Records.session(change.after(), draft.memory()));
      putInstance.executeUpdate();
    }
    if (change.cause() == Cause.OVERRIDE || change.cause() == Cause.OVERRIDE_EXPIRED) {
      put(key, change.after());
    }
  }

  private void put(InstanceKey key, Entry after) throws SQLException {
    OperatorOverride override = after.override();
    if (override == null) {
      execute(dropOverride, key);
      return;
    }
    name(putOverride, key);
    putOverride.setString(3, override.kind().name());
    putOverride.setString(4, override.reason());
    putOverride.setLong(5, override.expiresAtMillis());
    putOverride.executeUpdate();
  }

  private void put(Note note) throws SQLException {
    if (note instanceof Note.Resumed resumed) {
      putMemory.setBytes(1, Records.session(resumed.entry(), resumed.memory()));
      putMemory.setString(2, note.key().service());
      putMemory.setString(3, note.key().instanceId());
      putMemory.executeUpdate();
    } else if (note instanceof Note.Lifted) {
      execute(dropOverride, note.key());
    } else if (note instanceof Note.RoleAwaited awaited) {
      put(awaited.role(), awaited.waiting());
    }
  }

  private void put(String role, @Nullable RoleWait wait) throws SQLException {
    PreparedStatement statement = wait == null ? dropRole : putRole;
    statement.setString(1, role);
    if (wait != null) {
      statement.setBytes(2, RoleRecords.bytes(wait));
    }
    statement.executeUpdate();
  }

  /** The oldest changes beyond the limits, a few at a time. Returns how many. */
  private int drop(Batch batch) throws SQLException {
    int most = MAX_DROPPED + numbered(batch);
    long over = changes + numbered(batch) - limits.maxChanges();
    int dropped = 0;
    if (over > 0) {
      nth.setLong(1, Math.min(over, most) - 1);
      dropped = dropTo(nth);
    }
    if (Math.abs(batch.wallMillis() - agedMillis) >= AGE_EACH_MILLIS) {
      agedMillis = batch.wallMillis();
      newestOld.setLong(1, most);
      newestOld.setLong(2, batch.wallMillis() - limits.millis());
      dropped += dropTo(newestOld);
    }
    return dropped;
  }

  private int dropTo(PreparedStatement last) throws SQLException {
    try (ResultSet row = last.executeQuery()) {
      long revision = row.next() ? row.getLong(1) : 0;
      if (revision == 0) {
        return 0;
      }
      number("dropped_to", revision);
      dropTo.setLong(1, revision);
      return dropTo.executeUpdate();
    }
  }

  private static int numbered(Batch batch) {
    int numbered = 0;
    for (Batch.Line line : batch.lines()) {
      numbered += line instanceof Batch.Numbered ? 1 : 0;
    }
    return numbered;
  }

  private void reserve(long revision, long incarnation) throws SQLException {
    number("reserved_revision", revision);
    number("reserved_incarnation", incarnation);
  }

  private void number(String name, long number) throws SQLException {
    putMeta.setString(1, name);
    putMeta.setLong(2, number);
    putMeta.setObject(3, null);
    putMeta.executeUpdate();
  }

  private static void name(PreparedStatement statement, InstanceKey key) throws SQLException {
    statement.setString(1, key.service());
    statement.setString(2, key.instanceId());
  }

  private static void execute(PreparedStatement statement, InstanceKey key) throws SQLException {
    name(statement, key);
    statement.executeUpdate();
  }
}
