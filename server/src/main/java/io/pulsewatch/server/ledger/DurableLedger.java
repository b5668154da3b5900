package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Stretched;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A ledger on a disk: numbers changes, has them made durable in batches, and tells them when they
 * are; or before, marked, when the disk does not answer.
 *
 * <p><b>Batches.</b> One is under way at a time; what is proposed meanwhile makes the next, so the
 * slower the disk, the larger the batches. A commit waits for nothing else.
 *
 * <p><b>Ahead of the disk.</b> Once a batch takes longer than {@link #PATIENCE_NANOS}, its changes
 * are told as provisional, and so are those that come meanwhile, which go to disk with the next
 * batch. What binds us (a registration, a new token, an announced pause) is never told ahead, and
 * neither is what follows it for the same instance.
 *
 * <p><b>Order.</b> Watchers see revisions grow, and a number that is on disk cannot be changed. So
 * what binds stands last in its batch, and its numbers are {@link #GAP} above the others': changes
 * that overtake it, provisional ones, find room below.
 *
 * <p><b>Away.</b> A batch that takes longer than {@link #AWAY_NANOS} means that nobody can be
 * registered. At {@link #MAX_WAITING} waiting things the loop lets its mail wait.
 *
 * <p>Pure but for the disk; confined to the loop, but for {@link #unkeptFrom}.
 */
public final class DurableLedger implements Ledger {
  /** The disk may take so long before changes go out ahead of it. */
  public static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A disk that takes so long is away. */
  public static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Changes and notes that are not durable yet, at the most; those of one turn may come on top. */
  public static final int MAX_WAITING = 262_144;

  /** More than can be told while one batch is under way. */
  static final long GAP = 1L << 20;

  static final long REVISION_BLOCK = 1L << 32;

  /**
   * A second of wall time in microseconds: incarnations that begin at wall time and lose a block
   * with each crash do not run ahead of it, so an old copy of the ledger begins above them.
   */
  static final long INCARNATION_BLOCK = 4L * MAX_WAITING;

  /** So often at least the disk learns that we are still there. */
  private static final long STAMP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String lineage;
  private final Disk disk;
  private final Reservation revisions;
  private final Reservation incarnations;

  /** Waits for its number. */
  private final Deque<Object> queue = new ArrayDeque<>();

  /** Looked at while the disk was slow, and not to be told ahead of it; before the queue. */
  private final Deque<Object> later = new ArrayDeque<>();

  /** Told ahead of the disk, and not handed to it yet. */
  private List<Batch.Line> told = new ArrayList<>();

  private @Nullable Flight flight;
  private long startedNanos;
  private boolean stamped;
  private boolean behind;
  private boolean away;
  private boolean closed;
  private long wallMillis;
  private long goodbyeNanos;

  /** By how much times are to be stretched, and what of that is on disk. */
  private Stretched stretched;

  private Stretched keptStretched;

  /** Written by the loop before anybody is told of such a change. */
  private volatile long unkeptFrom = Long.MAX_VALUE;

  /** The batch under way. */
  private static final class Flight {
    /** Instances of which nothing is told ahead. */
    final Set<InstanceKey> bound = new HashSet<>();

    final List<Batch.Numbered> free = new ArrayList<>();
    final List<Batch.Line> binding = new ArrayList<>();

    /** The first of those that were told before it took off. */
    long toldFrom = Long.MAX_VALUE;

    /** Above it stand the numbers of what binds. */
    long ceiling;

    boolean isTold;

    final Stretched stretched;

    Flight(Stretched stretched) {
      this.stretched = stretched;
    }
  }

  /** Goes on after what is on disk. */
  public DurableLedger(Origin origin, Disk disk) {
    this.lineage = origin.lineage();
    this.disk = disk;
    this.revisions =
        new Reservation(origin.lastRevision(), origin.reservedRevision(), REVISION_BLOCK);
    this.incarnations =
        new Reservation(origin.lastIncarnation(), origin.reservedIncarnation(), INCARNATION_BLOCK);
    this.stretched = origin.stretched();
    this.keptStretched = origin.stretched();
  }

  /**
   * Where numbers begin: above all that were ever reserved, and reserved anew.
   *
   * @param lineage names the sequence of revisions
   * @param stretched what is on disk
   */
  public record Origin(
      String lineage,
      long lastRevision,
      long reservedRevision,
      long lastIncarnation,
      long reservedIncarnation,
      Stretched stretched) {
    /** Numbers that begin after these, with a block reserved. */
    public static Origin after(
        String lineage, long revision, long incarnation, Stretched stretched) {
      return new Origin(
          lineage,
          revision,
          revision + REVISION_BLOCK,
          incarnation,
          incarnation + INCARNATION_BLOCK,
          stretched);
    }

    /** The same where nothing is stretched. */
    public static Origin after(String lineage, long revision, long incarnation) {
      return after(lineage, revision, incarnation, Stretched.NOT);
    }
  }

  @Override
  public String lineage() {
    return lineage;
  }

  @Override
  public long nextIncarnation() {
    return incarnations.next();
  }

  @Override
  public void propose(Draft draft) {
    queue.addLast(draft);
  }

  @Override
  public void note(Note note) {
    queue.addLast(note);
  }

  @Override
  public void keep(Stretched next) {
    stretched = next;
  }

  @Override
  public int commit(Moment now, Sink sink) {
    int work = 0;
    wallMillis = now.wallMillis();
    Flight landing = flight;
    if (landing != null && disk.isDone()) {
      work += land(landing, now, sink);
    }
    if (flight == null && (isWaiting() || isStampDue(now))) {
      takeOff(now);
    }
    Flight under = flight;
    long waited = under == null ? 0 : now.nanos() - startedNanos;
    if (under != null && waited >= PATIENCE_NANOS) {
      behind = true;
      work += tellAhead(under, sink);
    }
    away = waited >= AWAY_NANOS || !incarnations.has(INCARNATION_BLOCK / 4);
    unkeptFrom = firstUnkept();
    return work;
  }

  @Override
  public long unkeptFrom() {
    return unkeptFrom;
  }

  private long firstUnkept() {
    long first = told.isEmpty() ? Long.MAX_VALUE : revision(told.get(0));
    Flight under = flight;
    if (under == null) {
      return first;
    }
    boolean isAhead = under.isTold && !under.free.isEmpty();
    return Math.min(
        under.toldFrom, isAhead ? Math.min(first, under.free.get(0).revision()) : first);
  }

  @Override
  public boolean isBehind() {
    return behind;
  }

  @Override
  public boolean isAway() {
    return away;
  }

  @Override
  public boolean isFull() {
    return waiting() >= MAX_WAITING;
  }

  @Override
  public void onGoodbye(long waitNanos) {
    goodbyeNanos = waitNanos;
  }

  /**
   * What waits goes to disk untold: watchers that resume find it there. Nothing is reserved beyond
   * what was given, so a clean stop leaves no gap.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Batch.Line> lines = told;
    Flight under = flight;
    if (under != null) {
      revisions.skipTo(under.ceiling + under.binding.size());
    }
    for (Object one : takeWaiting()) {
      lines.add(
          one instanceof Draft draft
              ? new Batch.Numbered(revisions.next(), draft)
              : new Batch.Noted((Note) one));
    }
    told = new ArrayList<>();
    disk.close(
        new Batch(
            lines, revisions.last(), incarnations.last(), wallMillis, goodbyeNanos, stretched));
  }

  private int waiting() {
    Flight under = flight;
    int flying = under == null ? 0 : under.free.size() + under.binding.size();
    return queue.size() + later.size() + told.size() + flying;
  }

  private boolean isWaiting() {
    return !queue.isEmpty()
        || !later.isEmpty()
        || !told.isEmpty()
        || !stretched.equals(keptStretched);
  }

  /** What has no number yet, in the order in which it came. */
  private List<Object> takeWaiting() {
    List<Object> waiting = new ArrayList<>(later);
    waiting.addAll(queue);
    later.clear();
    queue.clear();
    return waiting;
  }

  /** Puts the next batch together and hands it to the disk. */
  private void takeOff(Moment now) {
    List<Batch.Line> lines = told;
    told = new ArrayList<>();
    Flight next = new Flight(stretched);
    next.toldFrom = lines.isEmpty() ? Long.MAX_VALUE : revision(lines.get(0));
    List<Object> binding = new ArrayList<>();
    for (Object one : takeWaiting()) {
      if (binds(one, next.bound)) {
        binding.add(one);
      } else {
        next.free.add(new Batch.Numbered(revisions.next(), (Draft) one));
      }
    }
    next.ceiling = revisions.last() + GAP;
    long number = next.ceiling;
    for (Object one : binding) {
      next.binding.add(
          one instanceof Draft draft
              ? new Batch.Numbered(++number, draft)
              : new Batch.Noted((Note) one));
    }
    lines.addAll(next.free);
    lines.addAll(next.binding);
    flight = next;
    startedNanos = now.nanos();
    stamped = true;
    disk.write(
        new Batch(
            lines,
            revisions.toReserve(),
            incarnations.toReserve(),
            now.wallMillis(),
            0,
            stretched));
  }

  /** The batch is durable. */
  private int land(Flight landed, Moment now, Sink sink) {
    flight = null;
    behind = behind && now.nanos() - startedNanos >= PATIENCE_NANOS;
    revisions.onReserved();
    incarnations.onReserved();
    if (!landed.isTold) {
      landed.free.forEach(one -> tell(one, false, sink));
    }
    for (Batch.Line line : landed.binding) {
      if (line instanceof Batch.Numbered numbered) {
        revisions.skipTo(numbered.revision());
        tell(numbered, false, sink);
      } else if (line instanceof Batch.Noted noted) {
        sink.onKept(noted.note());
      }
    }
    if (!landed.stretched.equals(keptStretched)) {
      keptStretched = landed.stretched;
      sink.onKept(keptStretched);
    }
    return 1 + landed.free.size() + landed.binding.size();
  }

  /** Tells what does not bind, of the batch under way and of what came since. */
  private int tellAhead(Flight under, Sink sink) {
    if (under.isTold && queue.isEmpty()) {
      return 0;
    }
    int work = 0;
    if (!under.isTold) {
      under.isTold = true;
      under.free.forEach(one -> tell(one, true, sink));
      work += under.free.size();
    }
    for (Object one = queue.poll(); one != null; one = queue.poll()) {
      if (binds(one, under.bound) || revisions.last() == under.ceiling) {
        under.bound.add(key(one)); // what follows it waits with it
        later.addLast(one);
      } else {
        Batch.Numbered numbered = new Batch.Numbered(revisions.next(), (Draft) one);
        told.add(numbered);
        tell(numbered, true, sink);
        work++;
      }
    }
    return work;
  }

  /** True for what is not told ahead of the disk; from then on for all of its instance. */
  private static boolean binds(Object one, Set<InstanceKey> bound) {
    boolean binds = !(one instanceof Draft draft) || draft.binding() || bound.contains(draft.key());
    if (binds) {
      bound.add(key(one));
    }
    return binds;
  }

  private static InstanceKey key(Object one) {
    return one instanceof Draft draft ? draft.key() : ((Note) one).key();
  }

  /** What is told ahead has a number. */
  private static long revision(Batch.Line told) {
    return ((Batch.Numbered) told).revision();
  }

  private static void tell(Batch.Numbered one, boolean provisional, Sink sink) {
    sink.onCommitted(one.draft(), one.draft().committed(one.revision(), provisional));
  }

  private boolean isStampDue(Moment now) {
    return !stamped || now.nanos() - startedNanos >= STAMP_NANOS;
  }
}
