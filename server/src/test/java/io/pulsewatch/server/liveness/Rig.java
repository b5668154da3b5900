package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A kernel with everything around it made by hand: clocks, two readers, an inbox, and an outbox
 * that commits at once. Confined to the test's thread.
 */
final class Rig implements Inbox, Outbox {
  static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  static final long WHEEL_TICK = 1L << DeadlineWheel.TICK_SHIFT;
  static final InstanceKey KEY = new InstanceKey("orders", "a");

  /** Interval 2 s, timeout 6 s, resume window 5 s, suspect after 4 s. */
  static final Times TIMES = Times.grant(Times.UNSET, Times.UNSET, Times.UNSET);

  final long origin;
  final ManualReader first;
  final ManualReader second;
  final Door door;
  final AwakeClock loopClock;
  final Kernel kernel;
  final List<Change> changes = new ArrayList<>();
  final List<Draft> drafts = new ArrayList<>();
  final List<Note> notes = new ArrayList<>();
  final List<Answer> answers = new ArrayList<>();

  /** What the ledger was asked to keep of stretching. */
  final List<Stretched> asked = new ArrayList<>();

  final List<Cause> falseVerdicts = new ArrayList<>();

  /** The ledger answers nobody. */
  boolean away;

  /** The ledger takes its time, until {@link #comeBack}. */
  boolean slow;

  /** The test says itself when the ledger has it by how much times are stretched. */
  boolean keepsLate;

  private final List<Draft> withheld = new ArrayList<>();

  private final Deque<Letter> mail = new ArrayDeque<>();
  private long letters;
  private long now;
  private long toldAt;
  private final long wallOrigin;
  private long wallMillis;
  private long incarnation = 100;
  private long revision = 1_000;
  int lastWork;

  /** How long somebody waits at the door. */
  long longestWait;

  /** What lies in the inbox, and of whose life it may be a sign. */
  private record Letter(@Nullable InstanceKey about, Consumer<Sink> text) {}

  Rig(long origin) {
    this(origin, Settings.DEFAULT);
  }

  Rig(long origin, Settings settings) {
    this(origin, settings, 1_000_000);
  }

  /** One that begins at this wall time. */
  Rig(long origin, Settings settings, long wallMillis) {
    this.wallOrigin = wallMillis;
    this.wallMillis = wallMillis;
    this.origin = origin;
    this.now = origin;
    this.first = new ManualReader(origin);
    this.second = new ManualReader(origin);
    this.door = new Door(List.of(first, second), origin);
    this.loopClock = new AwakeClock(origin);
    this.kernel = new Kernel(settings, loopClock, door, this, now());
  }

  Moment now() {
    return new Moment(now, wallMillis);
  }

  long nanos() {
    return now;
  }

  long wallMillis() {
    return wallMillis;
  }

  /** Everybody runs: ticks and passes each 10 ms, and a turn after them. */
  void run(long nanos) {
    long end = now + nanos;
    while (now - end < 0) {
      step(Math.min(AwakeClock.TICK_NANOS, end - now));
    }
  }

  /** Everybody runs up to this time after the origin. */
  void runTo(long sinceOrigin) {
    run(origin + sinceOrigin - now);
  }

  /** A few turns 1 ms apart: enough for a verdict that is due to be told. */
  void settle() {
    for (int i = 0; i < 8; i++) {
      step(MS);
    }
  }

  void step(long nanos) {
    pass(nanos);
    awaken(first);
    awaken(second);
    turn();
  }

  void awaken(ManualReader reader) {
    reader.clock().tick(now);
    reader.pass();
  }

  /** Time passes and nobody runs. */
  void pass(long nanos) {
    now += nanos;
    wallMillis = wallOrigin + TimeUnit.NANOSECONDS.toMillis(now - origin);
  }

  /** The loop and one reader run each 10 ms; the other does not. */
  void runWithout(ManualReader stuck, long nanos) {
    for (long done = 0; done < nanos; done += AwakeClock.TICK_NANOS) {
      pass(Math.min(AwakeClock.TICK_NANOS, nanos - done));
      awaken(stuck == first ? second : first);
      turn();
    }
  }

  void turn() {
    lastWork = kernel.turn(now(), this);
  }

  void post(Pulse.Outcome outcome, Pulse pulse) {
    if (outcome == Pulse.Outcome.POST) {
      add(new Letter(null, sink -> sink.onNews(pulse)));
    }
  }

  void offer(Command command) {
    add(new Letter(command.isSignOfLife() ? command.key() : null, command::deliver));
  }

  void putOff(PutOff putOff) {
    add(new Letter(putOff.key(), sink -> sink.onPutOff(putOff)));
  }

  private void add(Letter letter) {
    letters++;
    mail.addLast(letter);
  }

  ManualClient client() {
    return new ManualClient(this, first, KEY);
  }

  ManualClient client(ManualReader reader, InstanceKey key) {
    return new ManualClient(this, reader, key);
  }

  /** A client that registered with a stream of the first reader, and was told so. */
  ManualClient registered() {
    ManualClient client = client();
    client.register();
    turn();
    assertThat(client.granted().resumed()).isFalse();
    return client;
  }

  Change last() {
    return changes.get(changes.size() - 1);
  }

  State state() {
    return last().after().state();
  }

  /** The last change was told at this time after the origin, or within 8 ms of it: not before. */
  void assertTold(State state, Cause cause, long sinceOrigin) {
    assertLast(state, cause);
    assertThat(toldAt - sinceOrigin).isBetween(0L, 8 * MS);
  }

  void assertLast(State state, Cause cause) {
    assertThat(last().after().state()).isEqualTo(state);
    assertThat(last().cause()).isEqualTo(cause);
  }

  @Override
  public int drain(Sink sink, int limit) {
    int drained = 0;
    while (drained < limit && !mail.isEmpty()) {
      mail.removeFirst().text().accept(sink);
      drained++;
    }
    return drained;
  }

  @Override
  public boolean names(InstanceKey key) {
    return mail.stream().anyMatch(letter -> key.equals(letter.about()));
  }

  @Override
  public long posted() {
    return letters;
  }

  @Override
  public boolean isDrained(long posted) {
    return letters - mail.size() >= posted;
  }

  @Override
  public long longestWaitNanos(long nowNanos) {
    return longestWait;
  }

  @Override
  public void propose(Draft draft) {
    if (slow) {
      withheld.add(draft);
      return;
    }
    Change change = draft.committed(++revision, false);
    changes.add(change);
    drafts.add(draft);
    kernel.onCommitted(draft, change, now());
    toldAt = now - origin;
    answers.addAll(draft.answers());
    draft.answer(change);
  }

  @Override
  public void note(Note note) {
    notes.add(note);
    kernel.onKept(note, now());
    note.answers().forEach(this::answer);
  }

  /** The ledger answers again. */
  void comeBack() {
    slow = false;
    List<Draft> late = List.copyOf(withheld);
    withheld.clear();
    late.forEach(this::propose);
  }

  @Override
  public void keep(Stretched stretched) {
    asked.add(stretched);
    if (!slow && !keepsLate) {
      kernel.onKept(stretched);
    }
  }

  @Override
  public boolean isAway() {
    return away;
  }

  @Override
  public void answer(Answer answer) {
    answers.add(answer);
    answer.to().reply(answer.reply());
  }

  @Override
  public void onFalseVerdict(Cause verdict) {
    falseVerdicts.add(verdict);
  }

  @Override
  public long nextIncarnation() {
    return ++incarnation;
  }
}
