package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fan-out: tells each subscriber what concerns it, in revision order, as fast as it can take
 * it.
 *
 * <p>Committed changes go into the {@link History}; those who are caught up and ready are told at
 * once, batch by batch, each batch put together once per filter. Everybody else waits in a queue
 * and gets one bounded step of its walk at a time, so that nobody waits for a long walk of another.
 * Whoever cannot take more is in no queue, costs nothing, and keeps two numbers.
 *
 * <p>Confined to the fan-out thread, but for {@link #watchers} and {@link #begin}. Calls that come
 * from other threads hop there first; a task must not run within another one.
 */
public final class Hub {
  /** Work of one turn, in links looked at: a few milliseconds at the most. */
  private static final int TURN_BUDGET = 20_000;

  private static final int MAX_FORGOTTEN_PER_TURN = 256;
  private static final long LAG_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final WatchLimits limits;
  private final String lineage;
  private final Supplier<ServerCondition> condition;
  private final Confinement confinement = new Confinement();
  private final History history;
  private final Room room;
  private final CatchUp catchUp;
  private final Index index;
  private final HealthBoard health;
  private final long startMillis;
  private final Bookmarks bookmarks = new Bookmarks();
  private final Parting parting = new Parting();
  private final WatchMeter meter = new WatchMeter();
  private final Acknowledgements acknowledgements;
  private final Set<Subscription> subscriptions = new LinkedHashSet<>();
  private final Queue<Subscription> waiting = new ArrayDeque<>();
  private long nowNanos;
  private long staleNanos;
  private long lagSeenNanos;
  private long lastId;
  private @Nullable Goodbye goodbye;
  private volatile int watchers;
  private volatile int leaving;

  /** Nothing happened before the ring began. */
  private boolean whole = true;

  /**
   * Creates a hub that knows nothing.
   *
   * @param lineage names the sequence of revisions
   * @param view is ahead of the hub: it takes changes before the hub does
   * @param condition for bookmarks
   * @param serving whether Pulsewatch itself serves; any thread, returns at once
   */
  public Hub(
      WatchLimits limits,
      String lineage,
      CommittedView view,
      Supplier<ServerCondition> condition,
      BooleanSupplier serving,
      Moment start) {
    this.limits = limits;
    this.lineage = lineage;
    this.condition = condition;
    this.history = new History(limits);
    this.room = new Room(limits.maxUnwrittenBytes(), start.nanos());
    this.catchUp = new CatchUp(history, lineage, limits.batchSize(), room);
    this.index = new Index(catchUp);
    this.acknowledgements = new Acknowledgements(limits.maxNames(), start.nanos());
    this.health = new HealthBoard(view, serving, start.nanos());
    this.startMillis = start.wallMillis();
    this.nowNanos = start.nanos();
    this.lagSeenNanos = start.nanos();
  }

  /**
   * Takes what a ledger kept. Before anything else, on any thread.
   *
   * @param revision changes up to here are not among the recent ones
   * @param recent the newest changes, in revision order
   */
  public void begin(long revision, Collection<Entry> kept, List<Change> recent) {
    whole = kept.isEmpty() && recent.isEmpty();
    history.begin(revision, kept, recent);
    health.begin(kept, startMillis);
  }

  /** The next committed changes, in revision order. */
  public void onChanges(List<Change> changes) {
    assert confinement.holds();
    long before = history.head();
    for (Change change : changes) {
      index.offer(history.add(change));
    }
    catchUp.forget();
    index.flush(before, history.head());
    health.onChanges(changes);
  }

  /**
   * One bounded step: catch-up, bookmarks, and what else is due.
   *
   * @return the work done; not 0 while more may wait that there is room for
   */
  public int turn(long now, long wallMillis) {
    assert confinement.holds();
    staleNanos = now - nowNanos;
    nowNanos = now;
    room.turn(now);
    int work = history.forget(wallMillis, MAX_FORGOTTEN_PER_TURN);
    work += catchUp();
    work += bookmarks.turn(now, staleNanos);
    work += health.turn(now);
    work += parting.turn(now);
    work += acknowledgements.turn(now);
    if (now - lagSeenNanos >= LAG_NANOS) {
      lagSeenNanos = now;
      meter.setLag(lag());
    }
    return work;
  }

  /** A new subscriber. It is told something at once, if it is ready. */
  public Subscription subscribe(Interest interest, Subscriber subscriber) {
    assert confinement.holds();
    Channel channel = index.channel(interest.filter());
    channel.join();
    Subscription subscription =
        new Subscription(this, history, channel, interest, subscriber, ++lastId);
    Goodbye said = goodbye == null ? parting.forNewcomers() : goodbye;
    if (said != null) {
      subscriber.onGoodbye(said);
      subscription.end(End.GOODBYE);
    } else if (watchers >= limits.maxWatchers()) {
      subscription.end(End.LIMIT);
    } else {
      subscription.toldNanos = nowNanos;
      subscriptions.add(subscription);
      bookmarks.add(subscription);
      count();
      welcome(subscription);
    }
    return subscription;
  }

  /** A new watch of one name's health. It is told the value at once, if it is ready. */
  public HealthWatch watchHealth(String name, HealthSubscriber subscriber) {
    assert confinement.holds();
    HealthWatch watch = new HealthWatch(this, name, subscriber);
    boolean sentAway = parting.forNewcomers() != null && !health.isOfItself(watch);
    if (goodbye != null || sentAway) {
      watch.end(End.GOODBYE);
    } else if (watchers >= limits.maxWatchers()) {
      watch.end(End.LIMIT);
    } else {
      health.add(watch);
      count();
      watch.tell(health.of(name));
    }
    return watch;
  }

  /**
   * Asks everybody to come back later, and ends their watches. Whoever subscribes after that is
   * told the same. Idempotent.
   */
  public void sayGoodbye(Goodbye said) {
    assert confinement.holds();
    if (goodbye != null) {
      return;
    }
    goodbye = said;
    for (Subscription subscription : List.copyOf(subscriptions)) {
      part(subscription, said);
    }
    health.end();
    acknowledgements.end();
    count();
  }

  /**
   * Asks everybody to go, one after the other, and whoever comes from now on at once; or, with
   * null, takes everybody again. Who watches the health of Pulsewatch itself may stay.
   */
  public void drain(@Nullable Goodbye said, long spreadNanos) {
    assert confinement.holds();
    if (said == null) {
      parting.end();
      return;
    }
    List<Runnable> farewells = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      farewells.add(() -> part(subscription, said));
    }
    for (HealthWatch watch : health.ofOthers()) {
      farewells.add(watch::part);
    }
    parting.begin(said, farewells, new Spread(nowNanos, spreadNanos, farewells.size()));
  }

  private void part(Subscription subscription, Goodbye said) {
    if (subscriptions.contains(subscription)) {
      subscription.bookmark(subscription.isLive() ? staleNanos : Bookmark.UNKNOWN);
      subscription.subscriber().onGoodbye(said);
      subscription.end(End.GOODBYE);
    }
  }

  /**
   * Changes since a revision, oldest first, from the ring. A bounded step: it may find fewer than
   * asked for, and say where to go on.
   *
   * @param instanceId null: of all instances of the services
   * @param after 0: from the oldest
   * @return null where the ring does not reach back so far
   */
  public @Nullable ChangePage changes(
      ServiceNames names, @Nullable String instanceId, long after, int most) {
    assert confinement.holds();
    return ChangePage.read(history, names, instanceId, after, most);
  }

  /** Who was told everything up to here finds every change since in the ring. */
  public long ringFloor() {
    return history.ringFloor();
  }

  /** The newest revision. */
  public long head() {
    return history.head();
  }

  /** True while nothing that ever happened has left the ring. */
  public boolean isWhole() {
    return whole && history.isWhole();
  }

  /** The newest changes of one instance that are in the ring, oldest first. */
  public List<Change> recent(InstanceKey key, int most) {
    assert confinement.holds();
    return ChangePage.recent(history, key, most);
  }

  /** What was handed over and is not written yet: whoever hands over accounts for it here. */
  public Room room() {
    return room;
  }

  public HealthBoard health() {
    return health;
  }

  /** What named watchers have acted on; on the fan-out thread. */
  public Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  /** Names the sequence of revisions. */
  public String lineage() {
    return lineage;
  }

  /** Open watches of all kinds; any thread. */
  public int watchers() {
    return watchers;
  }

  /** Watches but for those of the health of Pulsewatch itself; any thread. */
  public int leaving() {
    return leaving;
  }

  /** What it counts; any thread. */
  public WatchMeter meter() {
    return meter;
  }

  History history() {
    return history;
  }

  /** Filters in use. */
  int channels() {
    return index.channels();
  }

  /** Names that filters in use name, and filters with globs. */
  int indexed() {
    return index.entries();
  }

  long nowNanos() {
    return nowNanos;
  }

  /** All that was committed before so long has been told to those who are caught up. */
  long staleNanos() {
    return staleNanos;
  }

  ServerCondition condition() {
    return condition.get();
  }

  void enqueue(Subscription subscription) {
    if (!subscription.queued) {
      subscription.queued = true;
      waiting.add(subscription);
    }
  }

  void onReady(Subscription subscription) {
    assert confinement.holds();
    if (subscription.isBehind()) {
      enqueue(subscription);
    }
  }

  void onReady(HealthWatch watch) {
    assert confinement.holds();
    watch.tell(health.of(watch.name()));
  }

  void onEnded(Subscription subscription) {
    assert confinement.holds();
    if (subscription.channel().leave(subscription)) {
      index.remove(subscription.channel());
    }
    if (subscriptions.remove(subscription)) {
      bookmarks.remove(subscription);
      count();
    }
  }

  void onEnded(HealthWatch watch) {
    assert confinement.holds();
    health.remove(watch);
    count();
  }

  private void count() {
    watchers = subscriptions.size() + health.watches();
    leaving = watchers - health.watchesOfItself();
    room.onWatchers(watchers);
  }

  private void welcome(Subscription subscription) {
    if (room.isOpen()) {
      advance(subscription);
    } else {
      enqueue(subscription);
    }
  }

  private WatchMeter.Lag lag() {
    int behind = 0;
    long most = 0;
    for (Subscription subscription : subscriptions) {
      if (subscription.isBehind()) {
        behind++;
        most = Math.max(most, subscription.unseen());
      }
    }
    return new WatchMeter.Lag(behind, most);
  }

  private int catchUp() {
    int work = 0;
    int budget = TURN_BUDGET;
    while (budget > 0 && room.isOpen()) {
      Subscription next = waiting.poll();
      if (next == null) {
        break;
      }
      next.queued = false;
      budget -= advance(next);
      work++;
    }
    return work;
  }

  /** One step, and to the end of the queue if it has more to do. Returns what it cost. */
  private int advance(Subscription subscription) {
    if (!subscription.isBehind()) {
      return 1;
    }
    if (!subscription.subscriber().isReady()) {
      subscription.onBlocked();
      return 1;
    }
    int cost = subscription.step();
    if (subscription.isBehind()) {
      enqueue(subscription);
    }
    return 1 + cost;
  }
}
