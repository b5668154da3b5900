package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import java.util.ArrayList;
import java.util.List;

/** A subscriber that is always ready and keeps the very objects that it was given. */
final class Shared implements Subscriber {
  final List<Rendered<ChangeBatch>> batches = new ArrayList<>();
  final List<Rendered<List<Entry>>> snapshots = new ArrayList<>();

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onSnapshotBegin(SnapshotReason reason, long skipped) {}

  @Override
  public void onInstances(Rendered<List<Entry>> instances) {
    snapshots.add(instances);
  }

  @Override
  public void onSnapshotEnd(Position at, long count) {}

  @Override
  public void onChanges(Rendered<ChangeBatch> changes) {
    batches.add(changes);
  }

  @Override
  public void onBookmark(Bookmark bookmark) {}

  @Override
  public void onGoodbye(Goodbye goodbye) {}

  @Override
  public void onEnd(End why) {}
}
