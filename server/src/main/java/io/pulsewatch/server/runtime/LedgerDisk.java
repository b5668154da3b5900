package io.pulsewatch.server.runtime;

import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Disk;
import io.pulsewatch.server.ledger.SqliteFile;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes a ledger's file: one batch at a time, again and again until it is durable.
 * A disk that is full, read-only or away stops nothing else.
 *
 * <p>Thread-safe; batches come from the liveness loop.
 */
public final class LedgerDisk implements Disk {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");

  /** From one attempt to the next. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** The log names the reason again after so many attempts. */
  private static final int SAID_EACH = 300;

  /** How long a stop waits for the batch under way. */
  private static final long CLOSE_MILLIS = 5_000;

  private final SqliteFile file;
  private final Thread thread;
  private final AtomicReference<@Nullable Batch> batch = new AtomicReference<>();
  private volatile Runnable onDone = () -> {};
  private volatile boolean running = true;

  public LedgerDisk(SqliteFile file) {
    this.file = file;
    this.thread = new Threads("ledger").newThread(this::run);
  }

  /** Whom to wake when a batch is durable. Before the first batch. */
  void onDone(Runnable wake) {
    onDone = wake;
  }

  void start() {
    thread.start();
  }

  @Override
  public void write(Batch next) {
    batch.set(next);
    LockSupport.unpark(thread);
  }

  @Override
  public boolean isDone() {
    return batch.get() == null;
  }

  @Override
  public void close() {
    running = false;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOGGER.log(Level.WARNING, "the disk does not answer; what it was not told yet is lost");
    }
  }

  private void run() {
    int failures = 0;
    while (running || batch.get() != null) {
      Batch next = batch.get();
      if (next == null) {
        LockSupport.park(this);
      } else if (write(next, failures)) {
        failures = 0;
        batch.set(null);
        onDone.run();
      } else if (running) {
        failures++;
        LockSupport.parkNanos(this, RETRY_NANOS);
      } else {
        break;
      }
    }
    file.close();
  }

  private boolean write(Batch next, int failures) {
    try {
      if (failures > 0) {
        file.reopen();
      }
      file.write(next);
      if (failures > 0) {
        LOGGER.log(Level.INFO, "{0} can be written again; nothing is lost", file.name());
      }
      return true;
    } catch (SQLException e) {
      if (failures % SAID_EACH == 0) {
        LOGGER.log(
            Level.ERROR,
            "cannot write {0} ({1}); changes go out as provisional and nobody can register until"
                + " it can: make room, or make it writable",
            file.name(),
            e.getMessage());
      }
      return false;
    }
  }
}
