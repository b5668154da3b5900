package io.pulsewatch.server.watch;

import org.jspecify.annotations.Nullable;

/**
 * One subscriber's way through the history.
 *
 * <pre>
 *   STARTING ──▶ SNAPSHOT ──▶ LIVE ◀──▶ EXACT, FOLD      and back to SNAPSHOT from anywhere
 * </pre>
 *
 * <p>Whoever is LIVE gets what its channel puts together. Whoever was not ready then, or got more
 * than a batch holds, walks: in EXACT over each change while the ring has them, in FOLD over the
 * newest change of each instance. One who asked for the LATEST folds from the moment at which it
 * was found not ready; one who asked for every change never folds, but starts over.
 *
 * <p><b>A snapshot is a walk, too</b>, from the oldest change to the head, which moves on
 * meanwhile. So instances may be told twice, the later the newer, and at the head all are told as
 * they are. But one that was told and then left the view is behind the head as well, and cannot be
 * taken back within a snapshot. Then the snapshot ends at the revision at which it began, and the
 * walk goes on from there: it meets the departed. Otherwise it ends at the head.
 *
 * <p>Memory: this object, whatever happens. Confined to the fan-out thread.
 */
public final class Subscription {
  private static final long BEFORE_ALL = -1;

  private final Hub hub;
  private final History history;
  private final Channel channel;
  private final Subscriber subscriber;
  private final Interest interest;
  private Phase phase = Phase.STARTING;

  /** Behind: up to here everything was told. In a snapshot: where it began. */
  private long since;

  /** Behind: the walk goes on after it. */
  private long revision;

  /** Behind: of the channel's changes, those that were told, folded or passed by. */
  private long seen;

  /** In a snapshot: instances told. */
  private long count;

  /** In a snapshot: one of them may have left since. */
  private boolean departed;

  /** For the hub: in its queue. */
  boolean queued;

  /** For bookmarks: when something was told last, when to look again, and a name. */
  long toldNanos;

  long dueNanos;
  final long id;

  private enum Phase {
    STARTING,
    SNAPSHOT,
    EXACT,
    FOLD,
    LIVE,
    ENDED
  }

  Subscription(
      Hub hub, History history, Channel channel, Interest interest, Subscriber to, long id) {
    this.hub = hub;
    this.history = history;
    this.channel = channel;
    this.interest = interest;
    this.subscriber = to;
    this.id = id;
  }

  /** The subscriber can take more. Fan-out thread only. */
  public void onReady() {
    hub.onReady(this);
  }

  /** The subscriber wants no more; it is not called any more. Idempotent. Fan-out thread only. */
  public void cancel() {
    if (phase != Phase.ENDED) {
      phase = Phase.ENDED;
      hub.onEnded(this);
    }
  }

  Channel channel() {
    return channel;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  long bookmarkNanos() {
    return interest.bookmarkNanos();
  }

  /** Its subscriber can take more, and there is room for that. */
  boolean isReady() {
    return subscriber.isReady() && hub.room().isOpen();
  }

  boolean isLive() {
    return phase == Phase.LIVE;
  }

  /** True while it has something to do as soon as its subscriber is ready. */
  boolean isBehind() {
    return phase != Phase.LIVE && phase != Phase.ENDED;
  }

  /** It was live and has not been told what comes after this revision. */
  void fallBehind(long toldUpTo, long seenOfChannel) {
    phase = Phase.EXACT;
    since = toldUpTo;
    revision = toldUpTo;
    seen = seenOfChannel;
    if (!isReady()) {
      onBlocked();
    }
    if (subscriber.isReady()) {
      hub.enqueue(this);
    }
  }

  /** It cannot be told more: from here on, who wants the latest gets the latest. */
  void onBlocked() {
    if (phase == Phase.EXACT && !interest.everyChange()) {
      phase = Phase.FOLD;
      since = revision;
    }
  }

  /** One bounded step towards the head; its subscriber is ready. Returns what it cost, in links. */
  int step() {
    return switch (phase) {
      case STARTING -> start(interest.resume());
      case SNAPSHOT -> snapshot();
      case EXACT -> replay();
      case FOLD -> fold();
      case LIVE, ENDED -> 0;
    };
  }

  void tell(Rendered<ChangeBatch> batch) {
    toldNanos = hub.nowNanos();
    long folded = batch.told().folded();
    if (folded > 0) {
      hub.meter().onFolded(folded);
    }
    subscriber.onChanges(batch);
  }

  /** Tells where it stands. */
  void bookmark(long staleNanos) {
    toldNanos = hub.nowNanos();
    Position at = position();
    subscriber.onBookmark(
        new Bookmark(at == null ? 0 : at.since(), at, hub.condition(), staleNanos));
  }

  void end(End why) {
    cancel();
    subscriber.onEnd(why);
  }

  private @Nullable Position position() {
    return switch (phase) {
      case LIVE -> channel.position(history.head(), history.head());
      case EXACT -> channel.position(revision, revision);
      case FOLD -> channel.position(since, revision);
      case STARTING, SNAPSHOT, ENDED -> null;
    };
  }

  private int start(@Nullable Position resume) {
    if (resume == null) {
      return startOver(SnapshotReason.INITIAL, 0);
    }
    if (!resume.lineage().equals(hub.lineage())) {
      return startOver(SnapshotReason.LINEAGE, 0);
    }
    if (resume.filterHash() != channel.filter().hash()) {
      return startOver(SnapshotReason.FILTER_CHANGED, 0);
    }
    if (history.isUnknown(resume.revision())
        || history.isUnknown(resume.since())
        || history.mayBeLost(resume.unsure())) {
      return startOver(SnapshotReason.TAIL_LOST, 0);
    }
    boolean folded = resume.since() < resume.revision();
    boolean inRing = resume.since() >= history.ringFloor();
    if (inRing && (!folded || interest.everyChange())) {
      return resume(Phase.EXACT, resume.since(), resume.since());
    }
    boolean known = resume.since() >= history.start() && resume.revision() >= history.foldFloor();
    if (known && !interest.everyChange()) {
      return resume(Phase.FOLD, resume.since(), resume.revision());
    }
    return startOver(SnapshotReason.COMPACTED, 0);
  }

  private int resume(Phase how, long toldUpTo, long walkedTo) {
    phase = how;
    since = toldUpTo;
    revision = walkedTo;
    seen = channel.total() - history.count(channel.filter().services(), walkedTo);
    bookmark(toldUpTo == history.head() ? hub.staleNanos() : Bookmark.UNKNOWN);
    return CatchUp.TOLD_COST;
  }

  private int startOver(SnapshotReason reason, long skipped) {
    if (reason == SnapshotReason.COMPACTED && interest.failIfCompacted()) {
      end(End.COMPACTED);
      return CatchUp.TOLD_COST;
    }
    phase = Phase.SNAPSHOT;
    since = history.head();
    revision = BEFORE_ALL;
    seen = channel.total();
    count = 0;
    departed = false;
    toldNanos = hub.nowNanos();
    hub.meter().onSnapshot(reason);
    subscriber.onSnapshotBegin(reason, skipped);
    return CatchUp.TOLD_COST;
  }

  private int snapshot() {
    if (since < history.foldFloor()) {
      return startOver(SnapshotReason.COMPACTED, unseen());
    }
    Stretch stretch = channel.stretch(CatchUp.Mode.SNAPSHOT, since, revision);
    revision = stretch.revision();
    departed |= stretch.departed();
    int instances = stretch.instances().told().size();
    if (instances > 0) {
      count += instances;
      toldNanos = hub.nowNanos();
      subscriber.onInstances(stretch.instances());
    }
    // The end is small, and who reads slowly might never be ready at the head.
    if (stretch.atHead()) {
      endSnapshot();
    }
    return stretch.cost();
  }

  private void endSnapshot() {
    if (departed) {
      phase = interest.everyChange() ? Phase.EXACT : Phase.FOLD;
      revision = since;
      subscriber.onSnapshotEnd(channel.position(since, since), count);
    } else {
      goLive();
      subscriber.onSnapshotEnd(channel.position(history.head(), history.head()), count);
    }
  }

  private int replay() {
    if (revision < history.ringFloor()) {
      if (interest.everyChange()) {
        return startOver(SnapshotReason.OVERFLOW, unseen());
      }
      phase = Phase.FOLD;
      since = revision;
      return fold();
    }
    Stretch stretch = channel.stretch(CatchUp.Mode.EXACT, since, revision);
    since = stretch.revision();
    seen += stretch.passed();
    advance(stretch, 0);
    return stretch.cost();
  }

  private int fold() {
    if (revision < history.foldFloor()) {
      return startOver(SnapshotReason.COMPACTED, unseen());
    }
    Stretch stretch = channel.stretch(CatchUp.Mode.FOLD, since, revision);
    seen += stretch.passed();
    advance(stretch, stretch.atHead() ? unseen() : 0);
    return stretch.cost();
  }

  /** Tells what was found, with what had left the ring before it could be looked at. */
  private void advance(Stretch stretch, long unseen) {
    revision = stretch.revision();
    if (stretch.atHead()) {
      goLive();
    }
    ChangeBatch found = stretch.changes().told();
    if (unseen > 0) {
      tell(new Rendered<>(new ChangeBatch(found.at(), found.changes(), found.folded() + unseen)));
    } else if (!found.changes().isEmpty() || found.folded() > 0) {
      tell(stretch.changes());
    }
  }

  /** Changes that were neither told nor counted, as far as that is known. */
  long unseen() {
    return Math.max(0, channel.total() - seen);
  }

  private void goLive() {
    phase = Phase.LIVE;
    channel.onCaughtUp(this);
  }
}
