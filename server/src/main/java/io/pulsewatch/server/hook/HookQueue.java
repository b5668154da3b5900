package io.pulsewatch.server.hook;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Moment;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One hook at work: reads what happened, tells it in order per instance, again and again until it
 * is received, and remembers how far it has come.
 *
 * <p>It is a cursor. What was read and is not done with stands in {@code outstanding}; the durable
 * cursor is the revision before the first of these, or how far it has read. So it never passes what
 * was not delivered, a crash repeats a little and loses nothing, and what was delivered above it
 * needs no word. While as much waits as may, nothing is read: the sequence itself is the queue.
 *
 * <p>Confined to the hooks' thread; receivers and the source hop there.
 */
final class HookQueue {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");

  /** The cursor is kept not more often: each time costs a commit. */
  static final long KEEP_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Until a source is asked again that had nothing to give. */
  static final long READ_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MAX_ERROR = 300;

  private final HookSettings settings;
  private final HookLimits limits;
  private final Receiver receiver;
  private final ChangeSource source;
  private final HookStore store;
  private final Letters letters;
  private final Executor home;
  private final RandomGenerator chance;
  private final Lanes lanes = new Lanes();
  private final NavigableMap<Long, Delivery> outstanding = new TreeMap<>();
  private final List<Flying> flying = new ArrayList<>();
  private final DeadLetters dead;

  private Moment now;
  private long head;
  private long readTo;
  private long kept;
  private long keepNanos;
  private long readNanos;
  private boolean reading;

  /** Answers to questions from before it was set back are of no use. */
  private int rewinds;

  private int tests;

  /** Tests that have not set out. */
  private int testsWaiting;

  /** Until then the receiver asked to be left alone. */
  private long heldNanos;

  private long caughtUpMillis;
  private long delivered;
  private long failed;
  private long lost;
  private String lastError = "";
  private long lastErrorMillis;
  private long lastDeliveredMillis;

  /** A letter under way. Confined to the hooks' thread. */
  private static final class Flying {
    private final Lanes.Lane lane;
    private final Delivery delivery;
    private final long deadlineNanos;
    private Receiver.@Nullable Flight flight;
    private boolean isLate;

    Flying(Lanes.Lane lane, Delivery delivery, long deadlineNanos) {
      this.lane = lane;
      this.delivery = delivery;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /** What a hook works with. */
  record Tools(
      HookLimits limits,
      ChangeSource source,
      HookStore store,
      Letters letters,
      Executor home,
      RandomGenerator chance) {}

  /**
   * Goes on where an earlier process stopped.
   *
   * @param head the newest revision: where a new hook begins
   */
  HookQueue(HookSettings settings, Receiver receiver, Tools tools, long head, Moment start) {
    this.settings = settings;
    this.limits = tools.limits();
    this.receiver = receiver;
    this.source = tools.source();
    this.store = tools.store();
    this.letters = tools.letters();
    this.home = tools.home();
    this.chance = tools.chance();
    this.dead = new DeadLetters(settings.name(), limits.maxDead(), store, letters);
    this.now = start;
    this.keepNanos = start.nanos();
    this.readNanos = start.nanos();
    this.heldNanos = start.nanos();
    OptionalLong cursor = store.cursor(settings.name());
    this.head = head;
    this.caughtUpMillis = start.wallMillis();
    this.readTo = cursor.orElse(settings.fromBeginning() ? 0 : head);
    this.kept = readTo;
    if (cursor.isEmpty()) {
      store.keepCursor(settings.name(), readTo);
    }
  }

  String name() {
    return settings.name();
  }

  /**
   * One bounded step.
   *
   * @param newest the newest revision
   */
  int turn(Moment moment, long newest) {
    now = moment;
    head = newest;
    if (outstanding.isEmpty() && readTo >= head) {
      caughtUpMillis = now.wallMillis();
    }
    for (Flying each : flying) {
      if (!each.isLate && now.nanos() - each.deadlineNanos >= 0) {
        each.isLate = true;
        cancel(each);
      }
    }
    int work = 0;
    boolean isHeld = now.nanos() - heldNanos < 0;
    // An operator's tests have the oldest lanes, so they come first, and go in spite of it.
    while (flying.size() < settings.parallel() && (!isHeld || testsWaiting > 0)) {
      Lanes.Lane lane = lanes.poll(now.nanos());
      if (lane == null) {
        break;
      }
      send(lane);
      work++;
    }
    work += read();
    if (cursor() != kept && now.nanos() - keepNanos >= 0) {
      keepCursor();
    }
    return work;
  }

  /** Everything up to there was delivered, or is a dead letter. */
  long cursor() {
    return outstanding.isEmpty() ? readTo : outstanding.firstKey() - 1;
  }

  /** Puts down how far it has come, and leaves what is under way. */
  void close() {
    if (cursor() != kept) {
      keepCursor();
    }
    flying.forEach(HookQueue::cancel);
  }

  /**
   * Sends a sample.
   *
   * @return false where too many wait
   */
  boolean test(Consumer<Outcome> asked) {
    Letter sample = letters.test(chance.nextLong(), now.wallMillis());
    if (tests >= HookLimits.MAX_TESTS) {
      return false;
    }
    // A lane of its own, and the oldest: it waits for none of the others.
    lanes.add(sample.id(), Delivery.test(sample, asked));
    tests++;
    testsWaiting++;
    return true;
  }

  /** Sends dead letters again, but those that are on their way. Returns how many. */
  int replayDead() {
    List<Letter> again = dead.takeAgain();
    again.forEach(letter -> lanes.add(letter.subject(), Delivery.again(letter)));
    return again.size();
  }

  /**
   * Goes back, and tells all that was told since. What is under way arrives, too. Never forward:
   * what was not received below {@code after} is read again, too.
   */
  void rewind(long after) {
    long to = Math.min(after, cursor());
    rewinds++;
    reading = false;
    lanes.drop(delivery -> delivery.kind() == Delivery.Kind.NEW);
    outstanding.clear();
    readTo = to;
    readNanos = now.nanos();
    keepCursor();
  }

  HookStatus status(long wallMillis, boolean withDead) {
    return new HookStatus(
        settings.name(),
        settings.target().shown(),
        cursor(),
        Math.max(0, wallMillis - behindSinceMillis(wallMillis)),
        lanes.size() - flying.size(),
        flying.size(),
        delivered,
        failed,
        dead.everBuried(),
        dead.evicted(),
        lost,
        lastError,
        lastErrorMillis,
        lastDeliveredMillis,
        dead.size(),
        withDead ? dead.all() : List.of());
  }

  private long behindSinceMillis(long wallMillis) {
    if (!outstanding.isEmpty()) {
      return outstanding.firstEntry().getValue().letter().atMillis();
    }
    return readTo >= head ? wallMillis : caughtUpMillis;
  }

  private int read() {
    boolean isFull = lanes.size() >= limits.maxQueued();
    if (reading || isFull || store.isFull() || readTo >= head || now.nanos() - readNanos < 0) {
      return 0;
    }
    reading = true;
    int question = rewinds;
    source.read(
        settings.selection().services(),
        readTo,
        limits.maxPage(),
        answer -> home.execute(() -> onRead(question, answer)));
    return 1;
  }

  private void onRead(int question, ChangeSource.Answer answer) {
    if (question != rewinds) {
      return;
    }
    reading = false;
    if (answer instanceof ChangeSource.Answer.Page page) {
      page.changes().forEach(this::take);
      if (page.next() <= readTo) {
        readNanos = now.nanos() + READ_AGAIN_NANOS; // what follows is not on disk yet
      }
      readTo = Math.max(readTo, page.next());
    } else if (answer instanceof ChangeSource.Answer.Lost gap) {
      miss(gap.to());
    } else if (answer instanceof ChangeSource.Answer.Later later) {
      onError(later.why());
      readNanos = now.nanos() + READ_AGAIN_NANOS;
    }
  }

  private void take(Change change) {
    try {
      if (settings.selection().matches(change)) {
        add(letters.of(change));
      }
    } catch (RuntimeException e) { // of this change; the receiver is told of the others
      onError("it cannot be written: " + e);
      long revision = change.revision();
      Letter lostOne = letters.lost(revision - 1, revision, now.wallMillis());
      dead.bury(new DeadLetter(lostOne, 0, lastError, now.wallMillis()));
    }
  }

  private void add(Letter letter) {
    Delivery delivery = Delivery.fresh(letter);
    outstanding.put(letter.revision(), delivery);
    lanes.add(letter.subject(), delivery);
  }

  private void miss(long to) {
    lost++;
    LOGGER.log(
        Level.WARNING,
        "hook {0}: changes after revision {1} up to {2} are not kept any more; it goes on without"
            + " them, and its receiver is told",
        settings.name(),
        Long.toUnsignedString(readTo),
        Long.toUnsignedString(to));
    add(letters.lost(readTo, to, now.wallMillis()));
    readTo = Math.max(readTo, to);
  }

  private void send(Lanes.Lane lane) {
    Delivery delivery = lanes.first(lane);
    delivery.onSent(now.nanos());
    if (delivery.kind() == Delivery.Kind.TEST) {
      testsWaiting--;
    }
    Flying one = new Flying(lane, delivery, now.nanos() + settings.patience().timeoutNanos());
    flying.add(one);
    try {
      one.flight =
          receiver.send(
              delivery.letter(),
              delivery.failures + 1,
              outcome -> home.execute(() -> onOutcome(one, outcome)));
    } catch (RuntimeException e) { // of a receiver that cannot even begin; others go on
      home.execute(() -> onOutcome(one, new Outcome.Failed(e.toString())));
    }
  }

  private static void cancel(Flying one) {
    Receiver.Flight flight = one.flight;
    if (flight != null) {
      flight.cancel();
    }
  }

  private void onOutcome(Flying one, Outcome came) {
    if (!flying.remove(one)) {
      return; // told twice
    }
    Outcome outcome =
        one.isLate && !(came instanceof Outcome.Delivered)
            ? new Outcome.Failed(
                "no answer within "
                    + TimeUnit.NANOSECONDS.toMillis(settings.patience().timeoutNanos())
                    + " ms")
            : came;
    Delivery delivery = one.delivery;
    if (delivery.kind() == Delivery.Kind.TEST) {
      tests--;
      lanes.advance(one.lane);
      delivery.tell(outcome);
    } else if (outcome instanceof Outcome.Delivered) {
      onDelivered(one);
    } else {
      onFailed(one, outcome);
    }
  }

  private void onDelivered(Flying one) {
    delivered++;
    lastDeliveredMillis = now.wallMillis();
    long revision = one.delivery.letter().revision();
    if (one.delivery.kind() == Delivery.Kind.AGAIN) {
      dead.onDelivered(revision);
    }
    finish(one);
  }

  private void onFailed(Flying one, Outcome outcome) {
    Delivery delivery = one.delivery;
    delivery.failures++;
    failed++;
    onError(outcome.text());
    long age = TimeUnit.NANOSECONDS.toMillis(delivery.ageNanos(now.nanos()));
    boolean isOver =
        outcome instanceof Outcome.Gone || settings.patience().isOver(delivery.failures, age);
    if (isOver) {
      dead.bury(new DeadLetter(delivery.letter(), delivery.failures, lastError, now.wallMillis()));
      finish(one);
      return;
    }
    long asked = outcome instanceof Outcome.Failed refused ? refused.retryAfterNanos() : 0;
    hold(asked);
    long wait = settings.patience().waitNanos(delivery.failures, asked, chance);
    lanes.rest(one.lane, now.nanos() + wait);
  }

  /** A receiver that asks to be left alone means all that we have for it. */
  private void hold(long askedNanos) {
    long until = now.nanos() + Math.min(askedNanos, Patience.MAX_ASKED_NANOS);
    if (until - heldNanos > 0) {
      heldNanos = until;
    }
  }

  /** It waits for nothing any more; after this the cursor may pass it. */
  private void finish(Flying one) {
    long revision = one.delivery.letter().revision();
    if (one.delivery.kind() == Delivery.Kind.AGAIN) {
      dead.onDone(revision);
    } else {
      outstanding.remove(revision, one.delivery);
    }
    lanes.advance(one.lane);
  }

  private void keepCursor() {
    kept = cursor();
    store.keepCursor(settings.name(), kept);
    keepNanos = now.nanos() + KEEP_EACH_NANOS;
  }

  private void onError(String text) {
    lastError = text.length() > MAX_ERROR ? text.substring(0, MAX_ERROR) : text;
    lastErrorMillis = now.wallMillis();
  }
}
