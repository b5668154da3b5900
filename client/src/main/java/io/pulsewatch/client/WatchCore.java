package io.pulsewatch.client;

import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.client.session.Terms;
import io.pulsewatch.client.session.WatchActions;
import io.pulsewatch.client.session.WatchMachine;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.client.transport.WatchEvents;
import io.pulsewatch.client.transport.WatchStream;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ChangeBatch;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watcher without its thread. {@link #turn} is confined to the driving thread, which calls the
 * listener too: while a call lasts nothing more is asked for. What the application asks is
 * thread-safe.
 */
final class WatchCore implements WatchActions {
  private static final System.Logger LOG = System.getLogger(WatchCore.class.getName());

  private final WatchSetup setup;
  private final Mailbox mailbox;
  private final WatchListener listener;
  private final WatchMachine machine;
  private final LocalView view = new LocalView();

  private boolean started;
  private @Nullable WatchStream stream;
  private long streamAttempt;

  /** The greatest revision that the application has acted on, and that it said so of. */
  private long acted;

  private long acknowledged;
  private volatile String resumeToken;
  private volatile boolean closed;

  WatchCore(WatchSetup setup, Mailbox mailbox, WatchListener listener) {
    this.setup = setup;
    this.mailbox = mailbox;
    this.listener = listener;
    WatchRequest request = setup.request();
    resumeToken = request.getResumeToken();
    machine =
        new WatchMachine(
            setup.servers(),
            resumeToken,
            request.hasBookmarkInterval()
                ? Durations.toNanos(request.getBookmarkInterval())
                : Terms.UNSET,
            setup.random(),
            this);
  }

  /** Does what is due, and returns the time until the next turn, or {@link Driver#OVER}. */
  long turn() {
    if (!started) {
      started = true;
      machine.start(now());
    }
    mailbox.deliver(now());
    machine.onTick(now()); // read anew: a listener may have taken its time
    if (machine.isOver()) {
      return Driver.OVER;
    }
    return mailbox.isWoken() ? 0 : machine.nextDelayNanos(now());
  }

  /** The driving thread broke. */
  void onBroken(Throwable broken) {
    abandon(streamAttempt);
    LOG.log(Level.ERROR, "The watcher broke", broken);
    tell(told -> told.onFailed(Failures.broken(broken)));
  }

  Map<InstanceName, Instance> view() {
    return view.view();
  }

  String resumeToken() {
    return resumeToken;
  }

  /** Says it now, and with the next stream where this one does not hear it. */
  void acknowledge(long revision) {
    if (setup.request().getName().isEmpty()) {
      throw new IllegalStateException("acknowledge: the watcher has no name");
    }
    mailbox.post(
        now -> {
          acted = Math.max(acted, revision);
          sayActed();
        });
  }

  private void sayActed() {
    WatchStream open = stream;
    if (open != null && acted > acknowledged) {
      long attempt = streamAttempt;
      long saying = acted;
      acknowledged = saying;
      open.acknowledge(
          setup.request().getName(), saying, () -> mailbox.post(now -> onUnheard(attempt)));
    }
  }

  /** Once more with the next response: at once would be no answer to a refusal. */
  private void onUnheard(long attempt) {
    if (attempt == streamAttempt) {
      acknowledged = 0;
    }
  }

  /** No call of the listener begins after this. */
  void close() {
    closed = true;
    mailbox.post(now -> machine.onClose());
  }

  @Override
  public void connect(long attempt, String address, String resumeToken) {
    streamAttempt = attempt;
    acknowledged = 0;
    try {
      WatchRequest request = setup.request().toBuilder().setResumeToken(resumeToken).build();
      stream = new WatchStream(setup.channels().create(address), request, new Arrivals(attempt));
    } catch (RuntimeException refused) { // by the application's factory, or for a bad address
      StreamEnd end = Failures.noChannel(address, refused);
      mailbox.post(now -> machine.onStreamEnded(attempt, end, now));
    }
  }

  @Override
  public void abandon(long attempt) {
    WatchStream open = stream;
    if (open != null) {
      stream = null;
      open.abandon();
    }
  }

  @Override
  public void tellDisconnected(StreamEnd end, long retryInNanos) {
    tell(told -> told.onDisconnected(Failures.of(end), Duration.ofNanos(retryInNanos)));
  }

  @Override
  public void tellFailed(StreamEnd end) {
    tell(told -> told.onFailed(Failures.of(end)));
  }

  private void onResponse(long attempt, WatchResponse response) {
    String token = response.getResumeToken();
    if (!machine.onResponse(attempt, token)) {
      return;
    }
    digest(attempt, response);
    if (!token.isEmpty()) {
      resumeToken = token; // after the calls: it says that they were made
    }
    sayActed();
    machine.onRequested(attempt, now());
    WatchStream open = stream;
    if (open != null && streamAttempt == attempt) {
      open.next();
    }
  }

  private void digest(long attempt, WatchResponse response) {
    tell(told -> told.onResponse(response));
    switch (response.getMessageCase()) {
      case SNAPSHOT_BEGIN -> {
        if (response.getSnapshotBegin().getReason() == SnapshotReason.SNAPSHOT_REASON_LINEAGE) {
          acted = 0; // revisions of another ledger mean nothing to this one
          acknowledged = 0;
        }
        view.begin(
            response.getSnapshotBegin().getReason(), response.getSnapshotBegin().getSkipped());
      }
      case INSTANCES -> view.gather(response.getInstances().getInstancesList());
      case SNAPSHOT_END -> {
        WatchSnapshot snapshot = view.end(response.getRevision());
        tell(told -> told.onSnapshot(snapshot));
      }
      case CHANGES -> digestChanges(response.getChanges());
      case BOOKMARK -> tell(told -> told.onBookmark(response.getBookmark()));
      case GOODBYE ->
          machine.onGoodbye(attempt, WatchStream.goodbyeOf(response.getGoodbye()), now());
      case MESSAGE_NOT_SET -> {}
    }
  }

  private void digestChanges(ChangeBatch batch) {
    if (batch.getFolded() != 0) {
      tell(told -> told.onFolded(batch.getFolded()));
    }
    for (Change change : batch.getChangesList()) {
      view.apply(change);
      tell(told -> told.onChange(change));
    }
  }

  private void tell(Consumer<WatchListener> call) {
    if (closed) {
      return;
    }
    try {
      call.accept(listener);
    } catch (RuntimeException thrown) {
      LOG.log(Level.WARNING, "The listener " + listener.getClass().getName() + " threw", thrown);
    }
  }

  private long now() {
    return setup.nanoTicker().getAsLong();
  }

  /** Brings what arrives on one stream to the driving thread. Thread-safe. */
  private final class Arrivals implements WatchEvents {
    private final long attempt;

    Arrivals(long attempt) {
      this.attempt = attempt;
    }

    @Override
    public void onResponse(WatchResponse response) {
      mailbox.post(now -> WatchCore.this.onResponse(attempt, response));
    }

    @Override
    public void onEnded(StreamEnd end) {
      mailbox.post(now -> machine.onStreamEnded(attempt, end, now()));
    }
  }
}
