package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.watch.Acknowledgements;
import io.pulsewatch.server.watch.Bookmark;
import io.pulsewatch.server.watch.ChangeBatch;
import io.pulsewatch.server.watch.End;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.Interest;
import io.pulsewatch.server.watch.Position;
import io.pulsewatch.server.watch.Rendered;
import io.pulsewatch.server.watch.SnapshotReason;
import io.pulsewatch.server.watch.Subscriber;
import io.pulsewatch.server.watch.Subscription;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One watch: the hub's subscriber on one side, its hearer on the other.
 *
 * <p>Confined to the fan-out thread; what the hearer has to say hops there.
 */
final class WatchCall implements Subscriber, Hearer.Open {
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Hearer hearer;
  private final WatchMessages messages;
  private final StreamPass pass;
  private final Executor fanout;
  private final String name;
  private @Nullable Acknowledgements acknowledgements;
  private @Nullable Subscription subscription;
  private @Nullable Goodbye goodbye;

  /**
   * Creates the call.
   *
   * @param name for acknowledgements; empty: none
   */
  WatchCall(
      Hearer hearer,
      WatchMessages messages,
      Authenticator authenticator,
      Executor fanout,
      String name) {
    this.hearer = hearer;
    this.messages = messages;
    this.fanout = fanout;
    this.name = name;
    this.pass = new StreamPass(authenticator, Right.WATCH, fanout, this::onPassEnded);
  }

  /** Subscribes as soon as the fan-out thread gets to it. Any thread. */
  void begin(Hub hub, Interest interest, Access.Pass shown) {
    hearer.onOpen(this, fanout);
    fanout.execute(
        () -> {
          pass.follow(shown);
          if (enter(hub.acknowledgements())) {
            subscription = hub.subscribe(interest, this);
          }
        });
  }

  /** False: it is refused, for want of room for its name. */
  private boolean enter(Acknowledgements names) {
    if (name.isEmpty()) {
      return true;
    }
    if (names.open(name)) {
      acknowledgements = names;
      return true;
    }
    pass.release();
    hearer.end(
        Statuses.of(
            Status.Code.RESOURCE_EXHAUSTED,
            "LIMIT_NAMED_WATCHERS",
            "As many names watch here as may. Watch without one, or raise max_named_watchers.",
            RETRY_NANOS));
    return false;
  }

  private void depart() {
    pass.release();
    Acknowledgements names = acknowledgements;
    if (names != null) {
      acknowledgements = null;
      names.close(name);
    }
  }

  @Override
  public boolean isReady() {
    return hearer.isReady();
  }

  @Override
  public void onSnapshotBegin(SnapshotReason reason, long skipped) {
    send(WatchMessages.snapshotBegin(reason, skipped));
  }

  @Override
  public void onInstances(Rendered<List<Entry>> instances) {
    send(messages.instances(instances));
  }

  @Override
  public void onSnapshotEnd(Position at, long count) {
    send(WatchMessages.snapshotEnd(at, count));
  }

  @Override
  public void onChanges(Rendered<ChangeBatch> changes) {
    send(messages.changes(changes));
  }

  @Override
  public void onBookmark(Bookmark bookmark) {
    send(WatchMessages.bookmark(bookmark));
  }

  @Override
  public void onGoodbye(Goodbye said) {
    goodbye = said;
    send(WatchMessages.goodbye(said));
  }

  @Override
  public void onEnd(End why) {
    depart();
    hearer.end(
        switch (why) {
          case LIMIT -> tooMany();
          case COMPACTED ->
              Statuses.of(
                  Status.Code.OUT_OF_RANGE,
                  "COMPACTED",
                  "What happened since this token is not kept any more. Watch without a token.");
          case GOODBYE -> closing(goodbye);
        });
  }

  static StatusRuntimeException tooMany() {
    return Statuses.of(
        Status.Code.RESOURCE_EXHAUSTED,
        "LIMIT_WATCHERS",
        "This server has as many watchers as it may. Wait, with jitter; or raise max_watchers.",
        RETRY_NANOS);
  }

  static StatusRuntimeException closing(@Nullable Goodbye said) {
    List<String> peers = said == null ? List.of() : said.peers();
    return Statuses.of(
        Status.Code.UNAVAILABLE,
        said != null && said.reason() == Goodbye.Reason.DRAIN ? "DRAINING" : "GOODBYE",
        "This server ends its watches. Watch again from the newest resume_token, with jitter.",
        said == null ? RETRY_NANOS : said.reconnectAfterNanos(),
        peers.isEmpty() ? Map.of() : Map.of("peers", String.join(",", peers)));
  }

  private void send(Encoded message) {
    hearer.tell(message);
  }

  @Override
  public void onReady() {
    if (subscription != null) {
      subscription.onReady();
    }
  }

  @Override
  public void onGone() {
    depart();
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private void onPassEnded(Access.Denied denied) {
    onGone();
    hearer.end(Statuses.of(denied));
  }
}
