package io.pulsewatch.cli;

import io.pulsewatch.cli.render.LiveView;
import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.client.WatchListener;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.WatchResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a watch tells a {@link LiveView}, and people of its own fate. Confined to the watcher's
 * thread, but for {@link #refuseFailure}.
 */
final class RenderWatch implements WatchListener {
  private final Surroundings surroundings;
  private final LiveView view;
  private final String servers;
  private final Runnable wake;

  /** So many failures before the first contact are one; 0: none is. */
  private final int mostFailures;

  private final AtomicReference<@Nullable CommandException> failure = new AtomicReference<>();
  private int failures;
  private long revision;
  private boolean contact;
  private boolean lost;

  RenderWatch(
      Surroundings surroundings, LiveView view, String servers, Runnable wake, int mostFailures) {
    this.surroundings = surroundings;
    this.view = view;
    this.servers = servers;
    this.wake = wake;
    this.mostFailures = mostFailures;
  }

  /** Ends the command where no retry mends what happened. Any thread. */
  void refuseFailure() {
    CommandException told = failure.get();
    if (told != null) {
      throw told;
    }
  }

  @Override
  public void onResponse(WatchResponse response) {
    contact = true;
    revision = response.getRevision();
    if (lost) {
      lost = false;
      surroundings.say("reached " + servers + " again");
    }
  }

  @Override
  public void onSnapshot(WatchSnapshot snapshot) {
    tell(() -> view.onSnapshot(snapshot));
  }

  @Override
  public void onChange(Change change) {
    tell(() -> view.onChange(change));
  }

  @Override
  public void onBookmark(Bookmark bookmark) {
    tell(() -> view.onBookmark(bookmark, revision));
  }

  @Override
  public void onDisconnected(PulsewatchException cause, Duration retryIn) {
    view.onDisconnected();
    failures++;
    if (!contact && failures == mostFailures) {
      fail(Failures.of(cause, servers));
    } else if (!lost) {
      lost = true;
      surroundings.say(
          (contact ? "lost " : "cannot reach ")
              + servers
              + ": "
              + Failures.wordsOfBreak(cause)
              + "; trying again, and everything stays as it is");
    }
  }

  @Override
  public void onFailed(PulsewatchException cause) {
    fail(Failures.of(cause, servers));
  }

  /** The watcher would log it and go on, and the file would be wrong from then on. */
  private void tell(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException e) {
      fail(new CommandException(ExitCodes.BUG, "what was told could not be taken in: " + e));
      throw e;
    }
  }

  private void fail(CommandException what) {
    failure.compareAndSet(null, what);
    wake.run();
  }
}
