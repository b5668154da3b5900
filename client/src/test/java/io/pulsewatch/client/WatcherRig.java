package io.pulsewatch.client;

import io.pulsewatch.client.session.ScriptedRandom;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A watcher's core against a {@link ScriptedServer}, with the clock in the test's hand and no
 * thread of its own. Confined to its test.
 */
final class WatcherRig {
  private static final int MAX_TURNS = 100;
  private static final long MILLI = 1_000_000L;

  private final List<String> told = new ArrayList<>();
  private final List<WatchSnapshot> snapshots = new ArrayList<>();
  private final WatchCore core;
  private Consumer<String> onTold = line -> {};
  private int responses;
  private long nowNanos;
  private long delayNanos;
  private boolean over;

  WatcherRig(ScriptedServer server, WatcherBuilder builder) {
    builder.server("a").channelFactory(address -> server.channel());
    core =
        new WatchCore(
            builder.setup(() -> nowNanos, new ScriptedRandom(0)), new Mailbox(), new Recorder());
  }

  WatchCore core() {
    return core;
  }

  boolean isOver() {
    return over;
  }

  /** Called while the listener is called. */
  WatcherRig onTold(Consumer<String> onTold) {
    this.onTold = onTold;
    return this;
  }

  WatcherRig turn() {
    for (int i = 0; i < MAX_TURNS && !over; i++) {
      delayNanos = core.turn();
      over = delayNanos == Driver.OVER;
      if (delayNanos > 0) {
        return this;
      }
    }
    if (!over) {
      throw new AssertionError("it never rests");
    }
    return this;
  }

  WatcherRig advance(long millis) {
    long untilNanos = nowNanos + millis * MILLI;
    while (!over && untilNanos - nowNanos > 0) {
      nowNanos += Math.min(delayNanos, untilNanos - nowNanos);
      turn();
    }
    return this;
  }

  /** What the listener was told since the last call. */
  List<String> told() {
    List<String> drained = List.copyOf(told);
    told.clear();
    return drained;
  }

  List<WatchSnapshot> snapshots() {
    return snapshots;
  }

  int responses() {
    return responses;
  }

  private void tell(String line) {
    told.add(line);
    onTold.accept(line);
  }

  private final class Recorder implements WatchListener {
    @Override
    public void onSnapshot(WatchSnapshot snapshot) {
      snapshots.add(snapshot);
      String reason = snapshot.reason().name().replace("SNAPSHOT_REASON_", "");
      tell(
          "snapshot "
              + reason
              + " of "
              + snapshot.instances().size()
              + ", skipped "
              + snapshot.skipped());
    }

    @Override
    public void onChange(Change change) {
      tell(
          "change "
              + change.getRevision()
              + " "
              + change.getInstance().getInstanceId()
              + " "
              + change.getCause().name().replace("CAUSE_", ""));
    }

    @Override
    public void onFolded(long count) {
      tell("folded " + count);
    }

    @Override
    public void onBookmark(Bookmark bookmark) {
      tell("bookmark");
    }

    @Override
    public void onResponse(WatchResponse response) {
      responses++;
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      tell("disconnected " + cause.code() + " " + retryIn.toMillis());
    }

    @Override
    public void onFailed(PulsewatchException cause) {
      tell("failed " + cause.code());
    }
  }
}
