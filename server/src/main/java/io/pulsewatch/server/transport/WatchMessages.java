package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.watch.Bookmark;
import io.pulsewatch.server.watch.ChangeBatch;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.Position;
import io.pulsewatch.server.watch.Rendered;
import io.pulsewatch.server.watch.SnapshotReason;
import io.pulsewatch.server.watch.Told;
import io.pulsewatch.v1.GoodbyeReason;
import io.pulsewatch.v1.InstanceBatch;
import io.pulsewatch.v1.SnapshotBegin;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.WatchResponse;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What watchers are told, in the contract's words. A batch that goes to many is made and encoded
 * once; a change that stands in batches of several filters within a short time is made once, too.
 *
 * <p>Confined to the fan-out thread.
 */
final class WatchMessages {
  /** A power of two: changes whose message is remembered, by revision. */
  private static final int REMEMBERED = 1_024;

  private final Faces faces;
  private final Function<ChangeBatch, Encoded> changes = this::render;
  private final Function<List<Entry>, Encoded> instances = this::render;
  private final @Nullable Change[] rememberedOf = new @Nullable Change[REMEMBERED];
  private final io.pulsewatch.v1.@Nullable Change[] remembered =
      new io.pulsewatch.v1.@Nullable Change[REMEMBERED];

  WatchMessages(Faces faces) {
    this.faces = faces;
  }

  Encoded changes(Rendered<ChangeBatch> batch) {
    return batch.by(changes);
  }

  Encoded instances(Rendered<List<Entry>> batch) {
    return batch.by(instances);
  }

  static Encoded snapshotBegin(SnapshotReason reason, long skipped) {
    return Encoded.of(
        WatchResponse.newBuilder()
            .setSnapshotBegin(
                SnapshotBegin.newBuilder().setReason(reason(reason)).setSkipped(skipped))
            .build());
  }

  static Encoded snapshotEnd(Position at, long count) {
    return Encoded.of(at(at).setSnapshotEnd(SnapshotEnd.newBuilder().setCount(count)).build());
  }

  static Encoded bookmark(Bookmark bookmark) {
    io.pulsewatch.v1.Bookmark.Builder told =
        io.pulsewatch.v1.Bookmark.newBuilder()
            .setDetectorMode(Enums.mode(bookmark.condition().mode()))
            .setWarmingUp(bookmark.condition().warmingUp())
            .setPauses(bookmark.condition().pauses())
            .setPaused(Nanos.duration(bookmark.condition().pausedNanos()));
    if (bookmark.staleNanos() != Bookmark.UNKNOWN) {
      told.setMaxStaleness(Nanos.duration(bookmark.staleNanos()));
    }
    Position at = bookmark.position();
    return Encoded.of((at == null ? WatchResponse.newBuilder() : at(at)).setBookmark(told).build());
  }

  static Encoded goodbye(Goodbye goodbye) {
    return Encoded.of(
        WatchResponse.newBuilder()
            .setGoodbye(
                io.pulsewatch.v1.Goodbye.newBuilder()
                    .setReason(reason(goodbye.reason()))
                    .setReconnectAfter(Nanos.duration(goodbye.reconnectAfterNanos()))
                    .setSpread(Nanos.duration(goodbye.spreadNanos()))
                    .addAllPeers(goodbye.peers()))
            .build());
  }

  private Encoded render(ChangeBatch batch) {
    Moment now = faces.now();
    io.pulsewatch.v1.ChangeBatch.Builder told =
        io.pulsewatch.v1.ChangeBatch.newBuilder().setFolded(batch.folded());
    for (Told change : batch.changes()) {
      io.pulsewatch.v1.Change made = made(change.change(), now);
      told.addChanges(change.leftView() ? made.toBuilder().setLeftView(true).build() : made);
    }
    return Encoded.of(at(batch.at()).setChanges(told).build());
  }

  private Encoded render(List<Entry> entries) {
    Moment now = faces.now();
    InstanceBatch.Builder told = InstanceBatch.newBuilder();
    for (Entry entry : entries) {
      told.addInstances(faces.instance(entry, now));
    }
    return Encoded.of(WatchResponse.newBuilder().setInstances(told).build());
  }

  private io.pulsewatch.v1.Change made(Change change, Moment now) {
    int slot = (int) change.revision() & (REMEMBERED - 1);
    io.pulsewatch.v1.Change known = remembered[slot];
    if (known == null || !isSame(rememberedOf[slot], change)) {
      known = faces.change(change, false, now);
      remembered[slot] = known;
      rememberedOf[slot] = change;
    }
    return known;
  }

  @SuppressWarnings("ReferenceEquality") // the very same: two servers in a test have equal ones
  private static boolean isSame(@Nullable Change known, Change change) {
    return known == change;
  }

  private static WatchResponse.Builder at(Position at) {
    return WatchResponse.newBuilder().setRevision(at.since()).setResumeToken(Tokens.text(at));
  }

  private static io.pulsewatch.v1.SnapshotReason reason(SnapshotReason reason) {
    return switch (reason) {
      case INITIAL -> io.pulsewatch.v1.SnapshotReason.SNAPSHOT_REASON_INITIAL;
      case COMPACTED -> io.pulsewatch.v1.SnapshotReason.SNAPSHOT_REASON_COMPACTED;
      case OVERFLOW -> io.pulsewatch.v1.SnapshotReason.SNAPSHOT_REASON_OVERFLOW;
      case LINEAGE -> io.pulsewatch.v1.SnapshotReason.SNAPSHOT_REASON_LINEAGE;
      case FILTER_CHANGED -> io.pulsewatch.v1.SnapshotReason.SNAPSHOT_REASON_FILTER_CHANGED;
      case TAIL_LOST -> io.pulsewatch.v1.SnapshotReason.SNAPSHOT_REASON_TAIL_LOST;
    };
  }

  private static GoodbyeReason reason(Goodbye.Reason reason) {
    return switch (reason) {
      case SHUTDOWN -> GoodbyeReason.GOODBYE_REASON_SHUTDOWN;
      case DRAIN -> GoodbyeReason.GOODBYE_REASON_DRAIN;
      case LIMIT -> GoodbyeReason.GOODBYE_REASON_LIMIT;
      case LEDGER_LOST -> GoodbyeReason.GOODBYE_REASON_LEDGER_LOST;
    };
  }
}
