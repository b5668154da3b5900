package io.pulsewatch.server.runtime;

import io.pulsewatch.server.ledger.LedgerException;
import io.pulsewatch.server.ledger.SqliteHistory;
import io.pulsewatch.server.transport.Archive;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The thread that reads what happened: one question after another, so that a long one delays only
 * those who ask for history, too.
 *
 * <p>Thread-safe.
 */
public final class HistoryReader implements Archive, AutoCloseable {
  /** Questions that wait; past it one is sent away. */
  static final int MAX_WAITING = 64;

  private static final long CLOSE_MILLIS = 1_000;

  private final SqliteHistory history;
  private final Clocks clocks;
  private final LongSupplier unkeptFrom;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MAX_WAITING),
          new Threads("history"));

  /**
   * Starts a thread with the first question.
   *
   * @param unkeptFrom changes from this revision on may not be on disk yet; any thread
   */
  public HistoryReader(SqliteHistory history, Clocks clocks, LongSupplier unkeptFrom) {
    this.history = history;
    this.clocks = clocks;
    this.unkeptFrom = unkeptFrom;
  }

  @Override
  public void ask(Question question, Consumer<Answer> answer) {
    try {
      thread.execute(() -> answer.accept(read(question)));
    } catch (RejectedExecutionException e) {
      answer.accept(new Answer.Busy());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        history.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer read(Question question) {
    // Asked first: what is below it is on disk by now. What is above may be a gap.
    long kept = Math.min(question.upTo(), unkeptFrom.getAsLong() - 1);
    try {
      SqliteHistory.Page page =
          history.page(
              new SqliteHistory.Subject(question.services(), question.instanceId()),
              question.after(),
              kept,
              question.most(),
              clocks.now());
      // Asked last: what was dropped meanwhile is missing in the page.
      if (question.after() != 0 && question.after() < history.droppedTo()) {
        return new Answer.Dropped();
      }
      boolean isNothing = page.changes().isEmpty() && page.next() >= kept;
      return isNothing && kept < question.upTo()
          ? new Answer.Behind(kept)
          : new Answer.Page(page.changes(), page.next());
    } catch (LedgerException | RuntimeException e) { // whoever asks is answered
      return new Answer.Unreadable(String.valueOf(e.getMessage()));
    }
  }
}
