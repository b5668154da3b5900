package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that a test switches on and off. It notes each call as a line, and keeps what a
 * client would know, by the simplest rules: forget all at a beginning, the token too; drop what
 * left; else put.
 */
final class Tape implements Subscriber {
  final List<String> lines = new ArrayList<>();
  final Map<InstanceKey, Entry> known = new TreeMap<>();
  boolean ready = true;
  long told;
  long folded;
  long skipped;
  long snapshots;
  boolean inSnapshot;

  /** Up to here it was told everything; 0 within a snapshot. */
  long revision;

  /** What it would resume from. */
  @Nullable Position position;

  @Nullable End end;

  private @Nullable Subscription subscription;
  private Runnable afterEach = () -> {};

  static Tape on(World world, Interest interest) {
    return new Tape().join(world, interest);
  }

  /** Runs after each call. */
  Tape afterEach(Runnable check) {
    afterEach = check;
    return this;
  }

  Tape join(World world, Interest interest) {
    end = null;
    inSnapshot = false;
    subscription = world.hub.subscribe(interest, this);
    return this;
  }

  Subscription subscription() {
    if (subscription == null) {
      throw new AssertionError("not subscribed");
    }
    return subscription;
  }

  Position position() {
    if (position == null) {
      throw new AssertionError("it was given no token");
    }
    return position;
  }

  boolean isLive() {
    return subscription().isLive();
  }

  Tape stop() {
    ready = false;
    return this;
  }

  Tape go() {
    ready = true;
    subscription().onReady();
    return this;
  }

  /** The lines since the last call. */
  List<String> lines() {
    List<String> all = List.copyOf(lines);
    lines.clear();
    return all;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void onSnapshotBegin(SnapshotReason reason, long skippedChanges) {
    note("begin " + reason + (skippedChanges == 0 ? "" : " skipped " + skippedChanges));
    known.clear();
    skipped += skippedChanges;
    snapshots++;
    inSnapshot = true;
    position = null;
    revision = 0;
    afterEach.run();
  }

  @Override
  public void onInstances(Rendered<List<Entry>> instances) {
    for (Entry entry : instances.told()) {
      note(entry.key() + " " + entry.state());
      known.put(entry.key(), entry);
    }
    afterEach.run();
  }

  @Override
  public void onSnapshotEnd(Position at, long count) {
    note("end " + count);
    inSnapshot = false;
    goTo(at);
    afterEach.run();
  }

  @Override
  public void onChanges(Rendered<ChangeBatch> changes) {
    for (Told change : changes.told().changes()) {
      Entry entry = change.change().after();
      String left = change.leftView() ? " left" : "";
      note(entry.key() + " " + change.change().cause() + " " + entry.state() + left);
      if (change.leftView()) {
        known.remove(entry.key());
      } else {
        known.put(entry.key(), entry);
      }
      told++;
    }
    if (changes.told().folded() > 0) {
      note("folded " + changes.told().folded());
    }
    folded += changes.told().folded();
    goTo(changes.told().at());
    afterEach.run();
  }

  @Override
  public void onBookmark(Bookmark bookmark) {
    note("bookmark " + (bookmark.staleNanos() == Bookmark.UNKNOWN ? "behind" : "current"));
    if (bookmark.position() != null) {
      goTo(bookmark.position());
    }
    afterEach.run();
  }

  @Override
  public void onGoodbye(Goodbye goodbye) {
    note("goodbye " + goodbye.reason());
  }

  @Override
  public void onEnd(End why) {
    note("ended " + why);
    end = why;
  }

  private void goTo(Position at) {
    revision = at.since();
    position = at;
  }

  private void note(String line) {
    lines.add(line);
  }
}
