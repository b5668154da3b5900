package io.pulsewatch.server.runtime;

import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Disk;
import io.pulsewatch.server.ledger.DurableLedger;
import io.pulsewatch.server.ledger.HookMemory;
import io.pulsewatch.server.ledger.HookNotes;
import io.pulsewatch.server.ledger.SqliteFile;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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

  /** The log names a reason not more often. */
  private static final long SAID_EACH_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What hooks noted waits for so many batches at the most. */
  private static final int MAX_BATCHES_BEFORE_NOTES = 32;

  /** Without batches, what hooks noted costs a commit not more often, for all of them together. */
  private static final long NOTES_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** How long a stop waits for the batch under way. */
  private static final long CLOSE_MILLIS = 5_000;

  private final SqliteFile file;
  private final Thread thread;
  private final AtomicReference<@Nullable Batch> batch = new AtomicReference<>();
  private final HookNotebook hookNotes = new HookNotebook();
  private volatile Runnable onDone = () -> {};
  private volatile Consumer<Throwable> onFailure = failure -> {};
  private volatile @Nullable Batch last;
  private volatile boolean running = true;

  /** Confined to the thread. */
  private @Nullable Long saidNanos;

  /** Confined to the thread: a failed write may leave something open. */
  private boolean notesFailed;

  private int batchesSinceNotes;
  private long notesNanos;

  public LedgerDisk(SqliteFile file) {
    this.file = file;
    this.thread = new Threads("ledger").newThread(this::run);
  }

  /** Whom to wake when a batch is durable. Before the first batch. */
  void onDone(Runnable wake) {
    onDone = wake;
  }

  /** Whom to tell when a batch breaks the writer; its thread's last act. Before the first batch. */
  void onFailure(Consumer<Throwable> tell) {
    onFailure = tell;
  }

  void start() {
    writeNotes(hookNotes.take()); // where new hooks begin is known before anybody is served
    thread.start();
  }

  /** What hooks had kept when this process began. */
  public HookMemory hooks() {
    return file.hooks();
  }

  /** So many notes wait that hooks should read no further. Any thread. */
  public boolean hasManyNotes() {
    return hookNotes.isFull();
  }

  /** Takes what a hook notes; written between batches. Any thread. */
  public void note(HookNotes notes) {
    hookNotes.add(notes);
    LockSupport.unpark(thread);
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
  public void close(Batch closing) {
    if (!running) {
      return;
    }
    last = closing;
    running = false;
    if (thread.getState() == Thread.State.NEW) {
      file.close(); // it was never started: nothing is under way
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOGGER.log(
          Level.WARNING,
          "{0} does not answer; what was told as provisional may be lost",
          file.name());
    }
  }

  private void run() {
    try {
      while (running) {
        Batch next = batch.get();
        if (next == null) {
          rest();
        } else if (persist(next, Long.MAX_VALUE)) {
          batch.set(null);
          onDone.run();
          tidy();
          noteAfterBatch();
        }
      }
      end();
    } catch (RuntimeException | Error broken) { // at the thread's top
      onFailure.accept(broken);
    } finally {
      file.close();
    }
  }

  /** Until there is something to write; what hooks noted is written first. */
  private void rest() {
    long wait = notesNanos + NOTES_EACH_NANOS - System.nanoTime();
    if (hookNotes.isEmpty()) {
      LockSupport.park(this);
    } else if (wait > 0) {
      LockSupport.parkNanos(this, wait);
    } else if (writeNotes(hookNotes.take())) {
      tidy();
    } else {
      LockSupport.parkNanos(this, RETRY_NANOS);
    }
  }

  /** Batches go first, but not for ever. */
  private void noteAfterBatch() {
    batchesSinceNotes++;
    if (batchesSinceNotes >= MAX_BATCHES_BEFORE_NOTES) {
      writeNotes(hookNotes.take());
    }
  }

  private boolean writeNotes(HookNotes notes) {
    batchesSinceNotes = 0;
    notesNanos = System.nanoTime();
    if (notes.isEmpty()) {
      return true;
    }
    try {
      if (notesFailed) {
        file.reopen();
      }
      file.write(notes);
      notesFailed = false;
      return true;
    } catch (SQLException e) {
      if (!notesFailed) {
        LOGGER.log(
            Level.WARNING,
            "cannot write {0} ({1}); hooks go on, and after a crash they would repeat what they"
                + " delivered meanwhile",
            file.name(),
            e.getMessage());
      }
      notesFailed = true;
      hookNotes.putBack(notes);
      return false;
    }
  }

  private void tidy() {
    try {
      file.tidy(batch.get() != null);
    } catch (SQLException e) {
      LOGGER.log(Level.DEBUG, "the log stays as it is, and is moved later", e);
    }
  }

  /** The batch under way, if there is one, and the last one, for as long as a stop waits. */
  private void end() {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS - 500);
    Batch under = batch.get();
    Batch closing = last;
    boolean isWritten = under == null || persist(under, until);
    if (isWritten) {
      writeNotes(hookNotes.take());
    }
    if (isWritten && closing != null) {
      persist(closing, until);
    }
  }

  /**
   * Again and again until it is durable. A stop is looked at after each attempt.
   *
   * @return false if it was given up: a stop has begun, or the time is over
   */
  private boolean persist(Batch next, long untilNanos) {
    boolean ending = untilNanos != Long.MAX_VALUE;
    for (int failures = 0; ; failures++) {
      if (write(next, failures)) {
        return true;
      }
      if (ending ? System.nanoTime() - untilNanos >= 0 : !running) {
        return false;
      }
      LockSupport.parkNanos(this, RETRY_NANOS);
    }
  }

  private boolean write(Batch next, int failures) {
    long began = System.nanoTime();
    try {
      if (failures > 0) {
        file.reopen();
      }
      file.write(next);
      long took = System.nanoTime() - began;
      if (failures > 0) {
        LOGGER.log(Level.INFO, "{0} can be written again; nothing is lost", file.name());
      } else if (took >= DurableLedger.AWAY_NANOS) {
        LOGGER.log(
            Level.WARNING,
            "{0} took {1} ms for one commit; meanwhile changes went out as provisional and nobody"
                + " could register: is the disk overloaded?",
            file.name(),
            TimeUnit.NANOSECONDS.toMillis(took));
      }
      return true;
    } catch (SQLException e) {
      Long said = saidNanos;
      if (said == null || began - said >= SAID_EACH_NANOS) {
        saidNanos = began;
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
