package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.State;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What a watcher was told, and when; the first registration apart. Thread-safe. */
final class ToldChanges implements WatchListener {
  private static final long WAIT_SECONDS = 20;

  private final BlockingQueue<Told> waiting = new LinkedBlockingQueue<>();
  private final List<Change> all = new CopyOnWriteArrayList<>();
  private final LongSupplier nanoTicker;

  ToldChanges(LongSupplier nanoTicker) {
    this.nanoTicker = nanoTicker;
  }

  /**
   * One change.
   *
   * @param atNanos when it came, by the clock that was given
   */
  record Told(Change change, long atNanos) {}

  @Override
  public void onChange(Change change) {
    if (change.getCause() != Cause.CAUSE_REGISTERED) {
      all.add(change);
      waiting.add(new Told(change, nanoTicker.getAsLong()));
    }
  }

  /** Waits for the next one, which must be this. */
  Told next(State state, Cause cause) throws InterruptedException {
    Told told = waiting.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    assertThat(told).as("nothing was told").isNotNull();
    assertThat(told.change().getCause()).as(told.toString()).isEqualTo(cause);
    assertThat(told.change().getInstance().getState()).as(told.toString()).isEqualTo(state);
    return told;
  }

  /** Waits for the first of this cause. */
  Told first(Cause cause) throws InterruptedException {
    while (true) {
      Told told = waiting.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(told).as("no %s in %s", cause, all).isNotNull();
      if (told.change().getCause() == cause) {
        return told;
      }
    }
  }

  List<State> states() {
    return all.stream().map(change -> change.getInstance().getState()).toList();
  }
}
