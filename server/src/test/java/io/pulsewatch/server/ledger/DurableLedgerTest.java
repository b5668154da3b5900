package io.pulsewatch.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Stretched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A ledger whose disk is fast, slow or away, in virtual time. */
final class DurableLedgerTest {
  private static final long FIRST = 1_000_000;

  private final List<Change> told = new ArrayList<>();
  private final List<Note> kept = new ArrayList<>();
  private final SlowDisk disk = new SlowDisk();
  private final DurableLedger ledger =
      new DurableLedger(DurableLedger.Origin.after("lineage", FIRST, FIRST), disk);
  private long nowNanos;

  /** A disk that answers when the test says so. */
  private static final class SlowDisk implements Disk {
    private final List<Batch> durable = new ArrayList<>();
    private @Nullable Batch under;
    private boolean closed;

    @Override
    public void write(Batch batch) {
      assertThat(under).as("one batch at a time").isNull();
      under = batch;
    }

    @Override
    public boolean isDone() {
      return under == null;
    }

    @Override
    public void close(Batch last) {
      assertThat(closed).as("once").isFalse();
      closed = true;
      answer();
      durable.add(last);
    }

    void answer() {
      if (under != null) {
        durable.add(under);
        under = null;
      }
    }

    Set<Long> revisions() {
      Set<Long> revisions = new HashSet<>();
      for (Batch batch : durable) {
        for (Batch.Line line : batch.lines()) {
          if (line instanceof Batch.Numbered numbered) {
            assertThat(revisions.add(numbered.revision())).as("given twice").isTrue();
          }
        }
      }
      return revisions;
    }
  }

  private final List<Stretched> keptStretched = new ArrayList<>();

  private final Ledger.Sink sink =
      new Ledger.Sink() {
        @Override
        public void onCommitted(Draft draft, Change change) {
          told.add(change);
        }

        @Override
        public void onKept(Note note) {
          kept.add(note);
        }

        @Override
        public void onKept(Stretched stretched) {
          keptStretched.add(stretched);
        }
      };

  private int commit() {
    return ledger.commit(new Moment(nowNanos, Drafts.WALL_MILLIS), sink);
  }

  private void advanceMillis(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    commit();
  }

  private List<String> tellings() {
    List<String> tellings = new ArrayList<>();
    for (Change change : told) {
      tellings.add(
          change.key().instanceId()
              + " "
              + change.cause()
              + (change.provisional() ? " provisional" : ""));
    }
    return tellings;
  }

  @Test
  void nothingIsToldBeforeItIsDurable() {
    ledger.propose(Drafts.registered("a", ledger.nextIncarnation()));
    ledger.propose(Drafts.dead("b", 5));
    commit();
    assertThat(told).isEmpty();
    advanceMillis(99);
    assertThat(told).isEmpty();
    assertThat(ledger.isBehind()).isFalse();
    disk.answer();
    commit();
    assertThat(tellings()).containsExactly("b SILENCE", "a REGISTERED");
    assertThat(told).extracting(Change::revision).isSorted().doesNotHaveDuplicates();
    assertThat(disk.revisions())
        .containsExactlyInAnyOrder(told.get(0).revision(), told.get(1).revision());
  }

  @Test
  void whatComesMeanwhileMakesTheNextBatch() {
    ledger.propose(Drafts.dead("a", 1));
    commit();
    ledger.propose(Drafts.dead("b", 2));
    ledger.propose(Drafts.dead("c", 3));
    commit();
    disk.answer();
    commit();
    assertThat(tellings()).containsExactly("a SILENCE");
    disk.answer();
    commit();
    assertThat(tellings()).containsExactly("a SILENCE", "b SILENCE", "c SILENCE");
    assertThat(disk.durable).hasSize(2);
  }

  @Test
  void aSlowDiskIsOvertakenByAllButWhatBinds() {
    ledger.propose(Drafts.registered("new", ledger.nextIncarnation()));
    ledger.propose(Drafts.dead("b", 5));
    commit();
    advanceMillis(100);
    assertThat(tellings()).containsExactly("b SILENCE provisional");
    assertThat(ledger.isBehind()).isTrue();

    ledger.propose(Drafts.dead("c", 6));
    ledger.propose(Drafts.registered("later", ledger.nextIncarnation()));
    ledger.propose(Drafts.draft("new", 7, State.ALIVE, Cause.REPORTED, false));
    commit();
    assertThat(tellings()).containsExactly("b SILENCE provisional", "c SILENCE provisional");

    disk.answer();
    commit();
    disk.answer();
    commit();
    assertThat(tellings())
        .containsExactly(
            "b SILENCE provisional",
            "c SILENCE provisional",
            "new REGISTERED",
            "new REPORTED",
            "later REGISTERED");
    assertThat(told).extracting(Change::revision).isSorted().doesNotHaveDuplicates();
    assertThat(disk.revisions())
        .containsExactlyInAnyOrderElementsOf(told.stream().map(Change::revision).toList());
    assertThat(ledger.isBehind()).isFalse();
  }

  /** However slow the disk is: a restart would judge by shorter times than were told. */
  @Test
  void stretchedTimesAreNeverAheadOfTheDisk() {
    Stretched longer = new Stretched(125, 125);
    Stretched longest = new Stretched(150, 150);
    ledger.keep(longer);
    commit();
    assertThat(disk.under).extracting(Batch::stretched).isEqualTo(longer);
    ledger.keep(longest);
    advanceMillis(2_000);
    assertThat(keptStretched).isEmpty();
    disk.answer();
    commit();
    assertThat(keptStretched).containsExactly(longer);
    assertThat(disk.under).extracting(Batch::stretched).isEqualTo(longest);
    disk.answer();
    commit();
    assertThat(keptStretched).containsExactly(longer, longest);
    ledger.propose(Drafts.dead("a", 1));
    commit();
    assertThat(disk.under).extracting(Batch::stretched).as("each batch").isEqualTo(longest);
    disk.answer();
    commit();
    assertThat(keptStretched).as("told once").hasSize(2);
    ledger.close();
    assertThat(disk.durable).last().extracting(Batch::stretched).isEqualTo(longest);
  }

  @Test
  void whatIsOnDiskAlreadyIsNotWrittenAgain() {
    Stretched before = new Stretched(100, 300);
    SlowDisk other = new SlowDisk();
    DurableLedger next =
        new DurableLedger(DurableLedger.Origin.after("lineage", FIRST, FIRST, before), other);
    next.commit(new Moment(0, Drafts.WALL_MILLIS), sink);
    assertThat(other.under).extracting(Batch::stretched).as("the first stamp").isEqualTo(before);
    other.answer();
    next.keep(before);
    next.commit(new Moment(1, Drafts.WALL_MILLIS), sink);
    assertThat(other.under).isNull();
    assertThat(keptStretched).isEmpty();
  }

  /** Whoever reads the disk learns where it ends. */
  @Test
  void whatWasToldAheadIsUnkeptUntilItIsDurable() {
    ledger.propose(Drafts.dead("a", 1));
    commit();
    assertThat(ledger.unkeptFrom()).as("not told yet").isEqualTo(Long.MAX_VALUE);
    advanceMillis(100);
    long first = told.get(0).revision();
    assertThat(ledger.unkeptFrom()).isEqualTo(first);
    ledger.propose(Drafts.dead("b", 2));
    commit();
    assertThat(ledger.unkeptFrom()).isEqualTo(first);

    disk.answer();
    commit(); // the next batch takes off with what was told meanwhile
    assertThat(ledger.unkeptFrom()).isEqualTo(told.get(1).revision());
    disk.answer();
    commit();
    assertThat(ledger.unkeptFrom()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aDiskThatIsAwaySaysSoAndComesBack() {
    ledger.propose(Drafts.dead("a", 1));
    commit();
    advanceMillis(999);
    assertThat(ledger.isAway()).isFalse();
    advanceMillis(1);
    assertThat(ledger.isAway()).isTrue();
    disk.answer();
    commit();
    assertThat(ledger.isAway()).isFalse();
  }

  @Test
  void aNoteIsAnsweredWhenItIsKept() {
    Note.Lifted note = new Note.Lifted(Drafts.key("a"), List.of());
    ledger.note(note);
    commit();
    advanceMillis(500);
    assertThat(kept).isEmpty();
    disk.answer();
    commit();
    assertThat(kept).containsExactly(note);
  }

  @Test
  void theDiskLearnsThatWeAreStillThere() {
    commit();
    disk.answer();
    advanceMillis(4_999);
    assertThat(disk.durable).hasSize(1);
    advanceMillis(1);
    disk.answer();
    assertThat(disk.durable).hasSize(2);
    assertThat(disk.durable.get(1).lines()).isEmpty();
  }

  @Test
  void waitingIsBounded() {
    ledger.propose(Drafts.dead("first", 1));
    commit();
    for (int i = 0; i < DurableLedger.MAX_WAITING - 2; i++) {
      ledger.propose(Drafts.dead("a", 1));
    }
    assertThat(ledger.isFull()).isFalse();
    ledger.propose(Drafts.dead("a", 1));
    assertThat(ledger.isFull()).isTrue();
  }

  @Test
  void numbersAreReservedAheadOfTheirUse() {
    ledger.propose(Drafts.registered("a", ledger.nextIncarnation()));
    commit();
    disk.answer();
    commit();
    assertThat(told.get(0).revision()).isLessThan(disk.durable.get(0).reservedRevision());
    assertThat(told.get(0).after().incarnation())
        .isLessThan(disk.durable.get(0).reservedIncarnation());
    ledger.close();
    assertThat(disk.closed).isTrue();
  }

  @Test
  void aStopKeepsWhatWaits() {
    ledger.propose(Drafts.registered("a", 1));
    commit();
    ledger.propose(Drafts.dead("b", 2));
    advanceMillis(150); // told ahead
    ledger.propose(Drafts.registered("c", 3));
    ledger.note(new Note.Lifted(Drafts.key("d"), List.of()));
    assertThat(told).extracting(Change::provisional).containsExactly(true);
    ledger.onGoodbye(9);
    ledger.close();
    ledger.close();
    Batch last = disk.durable.get(1);
    assertThat(last.lines()).hasSize(3);
    assertThat(last.goodbyeNanos()).isEqualTo(9);
    assertThat(disk.revisions()).doesNotHaveDuplicates().contains(told.get(0).revision());
    Batch.Numbered registered = (Batch.Numbered) disk.durable.get(0).lines().get(0);
    Batch.Numbered waiting = (Batch.Numbered) last.lines().get(1);
    assertThat(waiting.revision()).isGreaterThan(registered.revision());
    assertThat(waiting.revision()).as("no gap").isEqualTo(last.reservedRevision());
    assertThat(last.reservedIncarnation()).isEqualTo(FIRST);
  }

  /**
   * Random proposals on a disk that answers when it likes: revisions grow, what binds is durable
   * when it is told, each instance is told in its own order, and everything gets to disk once.
   */
  @Test
  void holdsItsPromisesOnAnyDisk() {
    for (int seed = 1; seed <= 200; seed++) {
      new DurableLedgerTest().live(seed);
    }
  }

  private void live(int seed) {
    Random chance = new Random(seed);
    Map<String, List<Draft>> proposed = new HashMap<>();
    int patience = chance.nextInt(200);
    for (int step = 0; step < 400; step++) {
      for (int i = chance.nextInt(4); i > 0; i--) {
        String id = "i" + chance.nextInt(6);
        boolean binding = chance.nextInt(3) == 0;
        Draft draft =
            binding
                ? Drafts.registered(id, ledger.nextIncarnation())
                : Drafts.draft(id, step, State.ALIVE, Cause.REPORTED, false);
        proposed.computeIfAbsent(id, name -> new ArrayList<>()).add(draft);
        ledger.propose(draft);
      }
      advanceMillis(chance.nextInt(60));
      check(seed);
      if (chance.nextInt(200) >= patience) {
        disk.answer();
      }
    }
    for (int i = 0; i < 5; i++) {
      disk.answer();
      advanceMillis(1);
    }
    check(seed);
    assertThat(disk.revisions())
        .as("seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(told.stream().map(Change::revision).toList());
    proposed.forEach(
        (id, drafts) ->
            assertThat(told.stream().filter(change -> change.key().instanceId().equals(id)))
                .as("seed %d", seed)
                .extracting(change -> change.after().incarnation())
                .containsExactlyElementsOf(
                    drafts.stream().map(draft -> draft.after().incarnation()).toList()));
  }

  private void check(int seed) {
    assertThat(told)
        .as("seed %d", seed)
        .extracting(Change::revision)
        .isSorted()
        .doesNotHaveDuplicates();
    Set<Long> durable = disk.revisions();
    for (Change change : told) {
      assertThat(change.provisional() || durable.contains(change.revision()))
          .as("seed %d, told and lost: %s", seed, change)
          .isTrue();
      assertThat(change.provisional() && change.cause() == Cause.REGISTERED)
          .as("seed %d, registered ahead of the disk", seed)
          .isFalse();
      assertThat(change.revision() < ledger.unkeptFrom() && !durable.contains(change.revision()))
          .as("seed %d, said to be kept: %s", seed, change)
          .isFalse();
    }
  }
}
