package io.pulsewatch.server.runtime;

import io.pulsewatch.server.ledger.Ledger;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Inbox;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Kernel;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Outbox;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.Stretched;
import io.pulsewatch.server.metrics.LoopMeter;
import io.pulsewatch.server.transport.Judging;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The kernel with its clocks, its mailbox and its ledger around it: one turn reads the clocks, lets
 * the kernel decide, commits, publishes, and answers, in this order. Nobody hears of a change that
 * is not committed.
 *
 * <p>Driven by one thread, or by a test. How it judges may be read by any thread.
 */
final class LivenessLoop implements Outbox {
  /**
   * The loop rests no longer, so that no deadline is looked at later than this and a wheel's tick.
   */
  static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long SUSPENSION_MILLIS = 1_000;

  private static final long LOOK_AT_LOAD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Stands for mail that must wait: the kernel learns whom it names. */
  private final Inbox waiting =
      new Inbox() {
        @Override
        public int drain(Sink sink, int limit) {
          return 0;
        }

        @Override
        public boolean names(InstanceKey key) {
          return mailbox.names(key);
        }

        @Override
        public long posted() {
          return mailbox.posted();
        }

        @Override
        public boolean isDrained(long posted) {
          return mailbox.isDrained(posted);
        }

        @Override
        public long longestWaitNanos(long nowNanos) {
          return mailbox.longestWaitNanos(nowNanos);
        }
      };

  private final Ledger.Sink committed = new Committed();
  private final Clocks clocks;
  private final Ledger ledger;
  private final Inbox mailbox;
  private final Publisher publisher;
  private final Judging judging;
  private final LoadMeter load;
  private final AwakeClock clock;
  private final Kernel kernel;
  private final LoopMeter meter = new LoopMeter();
  private final List<Answer> answers = new ArrayList<>();
  private List<Change> changes = new ArrayList<>();
  private List<Draft> drafts = new ArrayList<>();
  private Moment turnedAt;
  private long lookedAtLoad;
  private long wallAheadMillis;
  private volatile DetectorMode mode = DetectorMode.WARM_UP;
  private volatile boolean warmingUp = true;
  private volatile boolean blind;

  /** Takes committed changes. Called on the loop; returns at once. */
  interface Publisher {
    /** In revision order; the list is the publisher's from here on. */
    void publish(List<Change> changes);

    /** The same for what is no change. */
    default void publish(Note kept) {}

    /** True while as many changes wait as may: the loop lets its mail wait, too. */
    boolean isFull();
  }

  LivenessLoop(
      Settings settings,
      Clocks clocks,
      AwakeClock clock,
      Door door,
      Ledger ledger,
      Inbox mailbox,
      Publisher publisher,
      Judging judging,
      LoadMeter load) {
    this.clocks = clocks;
    this.clock = clock;
    this.ledger = ledger;
    this.mailbox = mailbox;
    this.publisher = publisher;
    this.judging = judging;
    this.load = load;
    Moment start = clocks.now();
    this.turnedAt = start;
    this.lookedAtLoad = start.nanos();
    this.wallAheadMillis = wallAhead(start);
    this.kernel = new Kernel(settings, clock, door, this, start);
  }

  /** One turn. Returns the work done. */
  int turn() {
    Moment now = clocks.now();
    turnedAt = now;
    noticeSuspension(now);
    boolean mailWaits = publisher.isFull() || ledger.isFull();
    kernel.drain(judging.drains(), now);
    int work = kernel.turn(now, mailWaits ? waiting : mailbox);
    lookAtLoad(now);
    work += ledger.commit(now, committed);
    // Before anybody is answered: whoever is granted its times reads no factor from before them.
    judging.stretch(kernel.stretchPercent(), kernel.greatestStretchPercent());
    if (!changes.isEmpty()) {
      meter.onCommitted(changes.size(), clocks.nanoTicker().getAsLong());
    }
    publish();
    mode = ledger.isBehind() ? DetectorMode.PROVISIONAL : kernel.mode(now);
    warmingUp = kernel.isWarmingUp(now);
    blind = kernel.isBlind(now);
    return work;
  }

  /** Goes on where an earlier process stopped; before the first turn. */
  List<Entry> recall(Kept kept) {
    List<Entry> recalled = kernel.recall(kept, clocks.now());
    judging.stretch(kernel.stretchPercent(), kernel.greatestStretchPercent());
    return recalled;
  }

  private void lookAtLoad(Moment now) {
    if (now.nanos() - lookedAtLoad >= LOOK_AT_LOAD_NANOS) {
      lookedAtLoad = now.nanos();
      kernel.onLoad(load.look(now.nanos()), now);
    }
  }

  DetectorMode mode() {
    return mode;
  }

  boolean isWarmingUp() {
    return warmingUp;
  }

  boolean isBlind() {
    return blind;
  }

  AwakeClock clock() {
    return clock;
  }

  LoopMeter meter() {
    return meter;
  }

  @Override
  public void propose(Draft draft) {
    meter.onProposed(turnedAt.nanos());
    ledger.propose(draft);
  }

  @Override
  public void note(Note note) {
    ledger.note(note);
  }

  @Override
  public void keep(Stretched stretched) {
    ledger.keep(stretched);
  }

  @Override
  public boolean isAway() {
    return ledger.isAway();
  }

  @Override
  public void answer(Answer answer) {
    answers.add(answer);
  }

  @Override
  public void onFalseVerdict(Cause verdict) {
    meter.onFalseVerdict(verdict);
  }

  @Override
  public long nextIncarnation() {
    return ledger.nextIncarnation();
  }

  /** What the ledger has done, until it is published. */
  private final class Committed implements Ledger.Sink {
    @Override
    public void onCommitted(Draft draft, Change change) {
      kernel.onCommitted(draft, change, turnedAt);
      changes.add(change);
      drafts.add(draft);
    }

    @Override
    public void onKept(Note note) {
      kernel.onKept(note, turnedAt);
      publisher.publish(note);
      answers.addAll(note.answers());
    }

    @Override
    public void onKept(Stretched stretched) {
      kernel.onKept(stretched);
    }
  }

  /** Publishes first: who has its answer finds what it asked for. */
  private void publish() {
    if (!changes.isEmpty()) {
      List<Change> committed = changes;
      List<Draft> answered = drafts;
      changes = new ArrayList<>();
      drafts = new ArrayList<>();
      publisher.publish(committed);
      for (int i = 0; i < answered.size(); i++) {
        answered.get(i).answer(committed.get(i));
      }
    }
    for (Answer answer : answers) {
      answer.to().reply(answer.reply());
    }
    answers.clear();
  }

  /**
   * Wall time that runs ahead of monotonic time: the machine slept. It may add time, never take.
   */
  private void noticeSuspension(Moment now) {
    long ahead = wallAhead(now);
    if (ahead - wallAheadMillis >= SUSPENSION_MILLIS) {
      kernel.onSuspended(now);
    }
    wallAheadMillis = ahead;
  }

  private static long wallAhead(Moment now) {
    return now.wallMillis() - TimeUnit.NANOSECONDS.toMillis(now.nanos());
  }
}
