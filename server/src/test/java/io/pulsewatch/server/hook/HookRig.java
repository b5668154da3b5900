package io.pulsewatch.server.hook;

import com.google.protobuf.ByteString;
import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.transport.Faces;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One hook in virtual time: what happened, the receiver and the ledger are made by hand. Confined
 * to the test's thread.
 */
final class HookRig {
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  static final Patience PATIENCE =
      new Patience(10 * SECOND, 3, TimeUnit.HOURS.toMillis(1), SECOND, 8 * SECOND);

  final TreeMap<Long, Change> happened = new TreeMap<>();
  final List<Sent> sent = new ArrayList<>();
  final Store store = new Store();
  final Queue<Runnable> tasks = new ArrayDeque<>();
  final HookLimits limits;
  Patience patience = PATIENCE;
  int parallel = 4;
  boolean fromBeginning = true;
  Set<io.pulsewatch.server.liveness.State> states = Set.of();
  long nowNanos = Long.MAX_VALUE - SECOND; // it wraps on the way
  long wallMillis = Drafts.WALL_MILLIS;
  long lostTo;
  boolean isAway;

  /** Nothing can be written. */
  boolean isMute;

  HookQueue queue;

  HookRig() {
    this(new HookLimits(100, 10, 16));
  }

  HookRig(HookLimits limits) {
    this.limits = limits;
    this.queue = start();
  }

  /** One attempt. Confined to the test's thread. */
  final class Sent {
    final Letter letter;
    final int attempt;
    private final Consumer<Outcome> done;
    boolean cancelled;

    Sent(Letter letter, int attempt, Consumer<Outcome> done) {
      this.letter = letter;
      this.attempt = attempt;
      this.done = done;
    }

    void delivered() {
      came(new Outcome.Delivered("HTTP 200"));
    }

    void failed() {
      came(new Outcome.Failed("HTTP 500"));
    }

    void came(Outcome outcome) {
      sent.remove(this);
      done.accept(outcome);
      turn();
    }

    @Override
    public String toString() {
      return letter.subject().replace("orders/", "") + letter.revision() + "#" + attempt;
    }
  }

  /** A ledger that keeps at once. Confined to the test's thread. */
  static final class Store implements HookStore {
    final List<Long> cursors = new ArrayList<>();
    final Map<Long, Kept> letters = new TreeMap<>();
    boolean isFull;

    @Override
    public boolean isFull() {
      return isFull;
    }

    @Override
    public OptionalLong cursor(String hook) {
      return cursors.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(cursors.get(cursors.size() - 1));
    }

    @Override
    public List<Kept> deadLetters(String hook) {
      return List.copyOf(letters.values());
    }

    @Override
    public void keepCursor(String hook, long revision) {
      cursors.add(revision);
    }

    @Override
    public void keep(String hook, DeadLetter letter) {
      ByteString original = letter.letter().original();
      letters.put(
          letter.letter().revision(),
          new Kept(
              letter.letter().revision(),
              original,
              letter.attempts(),
              letter.error(),
              letter.failedAtMillis()));
    }

    @Override
    public void forget(String hook, long revision) {
      letters.remove(revision);
    }
  }

  HookRig with(Patience other) {
    patience = other;
    queue = start();
    return this;
  }

  /** A process dies, and the next one begins with what the ledger has. */
  void crash() {
    sent.clear();
    tasks.clear();
    queue = start();
  }

  /** Somebody dies; {@code "a b a"}: a at the next revision, then b, then a again. */
  void dies(String ids) {
    for (String id : ids.split(" ", -1)) {
      long revision = happened.isEmpty() ? 1 : happened.lastKey() + 1;
      happened.put(revision, Drafts.dead(id, 1).committed(revision, false));
    }
    turn();
  }

  void registers(String id) {
    long revision = happened.isEmpty() ? 1 : happened.lastKey() + 1;
    happened.put(revision, Drafts.registered(id, 1).committed(revision, false));
    turn();
  }

  /** Turns until nothing is left to do now. */
  void turn() {
    int work;
    do {
      work = 0;
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
        work++;
      }
      work += queue.turn(now(), head());
    } while (work > 0);
  }

  void passes(long nanos) {
    nowNanos += nanos;
    wallMillis += TimeUnit.NANOSECONDS.toMillis(nanos);
    turn();
  }

  /** The only attempt under way for an instance. */
  Sent at(String id) {
    List<Sent> found =
        sent.stream().filter(each -> each.letter.subject().equals("orders/" + id)).toList();
    if (found.size() != 1) {
      throw new AssertionError(id + ": " + found + " of " + sent);
    }
    return found.get(0);
  }

  /** What is under way, such as {@code a1#1}. */
  List<String> underWay() {
    return sent.stream().map(Sent::toString).toList();
  }

  long kept() {
    return store.cursors.get(store.cursors.size() - 1);
  }

  HookStatus status() {
    return queue.status(wallMillis, true);
  }

  Moment now() {
    return new Moment(nowNanos, wallMillis);
  }

  private Moment writing() {
    if (isMute) {
      throw new IllegalStateException("no words");
    }
    return now();
  }

  long head() {
    return happened.isEmpty() ? 0 : happened.lastKey();
  }

  HookQueue start() {
    HookSettings settings =
        new HookSettings(
            "pager",
            new Target.Command(List.of("true")),
            new Selection(List.of(), "", states, Set.of()),
            patience,
            parallel,
            fromBeginning);
    return new HookQueue(
        settings,
        this::send,
        new HookQueue.Tools(
            limits,
            this::read,
            store,
            new Letters(new Faces(this::writing), "a-lineage"),
            tasks::add,
            new Random(1)),
        head(),
        now());
  }

  private Receiver.Flight send(Letter letter, int attempt, Consumer<Outcome> done) {
    Sent one = new Sent(letter, attempt, done);
    sent.add(one);
    return () -> one.cancelled = true;
  }

  private void read(
      List<String> services, long after, int most, Consumer<ChangeSource.Answer> told) {
    if (isAway) {
      told.accept(new ChangeSource.Answer.Later("the disk does not answer"));
    } else if (after < lostTo) {
      told.accept(new ChangeSource.Answer.Lost(lostTo));
    } else {
      List<Change> page = happened.tailMap(after, false).values().stream().limit(most).toList();
      long next = page.isEmpty() ? head() : page.get(page.size() - 1).revision();
      told.accept(new ChangeSource.Answer.Page(page, next));
    }
  }

  /** What a receiver saw, for worlds: by instance, in the order in which it came. */
  static final class Seen {
    final Map<String, List<Long>> all = new HashMap<>();

    void add(Letter letter) {
      all.computeIfAbsent(letter.subject(), subject -> new ArrayList<>()).add(letter.revision());
    }
  }
}
