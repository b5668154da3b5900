package io.pulsewatch.server.runtime;

import io.pulsewatch.server.ledger.LedgerException;
import io.pulsewatch.server.ledger.SqliteHistory;
import io.pulsewatch.server.transport.Archive;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MAX_WAITING),
          new Threads("history"));

  public HistoryReader(SqliteHistory history, Clocks clocks) {
    this.history = history;
    this.clocks = clocks;
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
    try {
      SqliteHistory.Page page =
          history.page(
              new SqliteHistory.Subject(question.services(), question.instanceId()),
              question.after(),
              question.upTo(),
              question.most(),
              clocks.now());
      // Asked last: what was dropped meanwhile is missing in the page.
      return question.after() != 0 && question.after() < history.droppedTo()
          ? new Answer.Dropped()
          : new Answer.Page(page.changes(), page.next());
    } catch (LedgerException | RuntimeException e) { // whoever asks is answered
      return new Answer.Unreadable(String.valueOf(e.getMessage()));
    }
  }
}
