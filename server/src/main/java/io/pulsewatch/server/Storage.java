package io.pulsewatch.server;

import io.pulsewatch.server.ledger.DurableLedger;
import io.pulsewatch.server.ledger.Ledger;
import io.pulsewatch.server.ledger.LedgerException;
import io.pulsewatch.server.ledger.MemoryLedger;
import io.pulsewatch.server.ledger.SqliteFile;
import io.pulsewatch.server.ledger.SqliteHistory;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.runtime.LedgerDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ledger that a server was given, and what it kept of an earlier process.
 *
 * @param disk null: nothing outlives this process
 * @param history null: none beyond the ring
 * @param before changes up to here are not among the recent ones
 */
record Storage(
    Ledger ledger,
    @Nullable LedgerDisk disk,
    @Nullable SqliteHistory history,
    Kept kept,
    List<Change> recent,
    long before)
    implements AutoCloseable {

  /**
   * Where a server was told to keep it.
   *
   * @param directory null: nowhere
   * @throws LedgerException if it cannot be used
   */
  static Storage open(@Nullable Path directory, Limits limits, Moment start)
      throws LedgerException {
    return directory == null ? inMemory(start) : in(directory, limits, start);
  }

  /** In memory: every start is the first. */
  private static Storage inMemory(Moment start) {
    long micros = TimeUnit.MILLISECONDS.toMicros(start.wallMillis());
    MemoryLedger ledger = new MemoryLedger(UUID.randomUUID().toString(), micros);
    return new Storage(ledger, null, null, Kept.NOTHING, List.of(), micros);
  }

  private static Storage in(Path directory, Limits limits, Moment start) throws LedgerException {
    SqliteFile file = SqliteFile.open(directory, limits.history());
    try {
      SqliteFile.Contents contents =
          file.begin(() -> UUID.randomUUID().toString(), limits.of(Limit.RING_SIZE), start);
      SqliteHistory history = SqliteHistory.of(file);
      LedgerDisk disk = new LedgerDisk(file);
      return new Storage(
          new DurableLedger(contents.origin(), disk),
          disk,
          history,
          contents.kept(),
          contents.recent(),
          contents.before());
    } catch (LedgerException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The newest revision that it kept. */
  long head() {
    return recent.isEmpty() ? before : recent.get(recent.size() - 1).revision();
  }

  boolean isDurable() {
    return disk != null;
  }

  /** Lets go of it where no engine came to be that would. */
  @Override
  public void close() {
    if (history != null) {
      history.close();
    }
    ledger.close();
  }
}
