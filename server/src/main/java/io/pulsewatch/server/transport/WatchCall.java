package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.watch.Bookmark;
import io.pulsewatch.server.watch.ChangeBatch;
import io.pulsewatch.server.watch.End;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.Interest;
import io.pulsewatch.server.watch.Position;
import io.pulsewatch.server.watch.Rendered;
import io.pulsewatch.server.watch.Room;
import io.pulsewatch.server.watch.SnapshotReason;
import io.pulsewatch.server.watch.Subscriber;
import io.pulsewatch.server.watch.Subscription;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One watcher's call: the hub's subscriber on one side, gRPC's stream on the other.
 *
 * <p>Confined to the fan-out thread, which alone writes the stream; gRPC's callbacks hop there.
 */
final class WatchCall implements Subscriber {
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Outlet<Encoded> outlet;
  private final WatchMessages messages;
  private final StreamPass pass;
  private @Nullable Subscription subscription;
  private @Nullable Goodbye goodbye;

  WatchCall(
      ServerCallStreamObserver<Encoded> stream,
      Room room,
      WatchMessages messages,
      Authenticator authenticator,
      Executor fanout) {
    this.outlet = new Outlet<>(stream, room);
    this.messages = messages;
    this.pass = new StreamPass(authenticator, Right.WATCH, fanout, this::onPassEnded);
  }

  /** Subscribes as soon as the fan-out thread gets to it. On the call's event loop. */
  void begin(Hub hub, Interest interest, Executor fanout) {
    Access.Pass shown = Gate.current();
    outlet.begin(fanout, this::onReady, this::onCancel);
    fanout.execute(
        () -> {
          pass.follow(shown);
          subscription = hub.subscribe(interest, this);
        });
  }

  @Override
  public boolean isReady() {
    return outlet.isReady();
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
    pass.release();
    outlet.end(
        switch (why) {
          case LIMIT -> tooMany();
          case COMPACTED ->
              Statuses.of(
                  Status.Code.OUT_OF_RANGE,
                  "COMPACTED",
                  "What happened since this token is not kept any more. Watch without a token.");
          case GOODBYE -> closing(goodbye == null ? RETRY_NANOS : goodbye.reconnectAfterNanos());
        });
  }

  static Exception tooMany() {
    return Statuses.of(
        Status.Code.RESOURCE_EXHAUSTED,
        "LIMIT_WATCHERS",
        "This server has as many watchers as it may. Wait, with jitter; or raise max_watchers.",
        RETRY_NANOS);
  }

  static Exception closing(long retryNanos) {
    return Statuses.of(
        Status.Code.UNAVAILABLE,
        "GOODBYE",
        "This server ends its watches. Watch again from the newest resume_token, with jitter.",
        retryNanos);
  }

  private void send(Encoded message) {
    outlet.send(message, message.length());
  }

  private void onReady() {
    if (subscription != null) {
      subscription.onReady();
    }
  }

  private void onPassEnded(Access.Denied denied) {
    onCancel();
    outlet.end(Statuses.of(denied));
  }

  private void onCancel() {
    pass.release();
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
