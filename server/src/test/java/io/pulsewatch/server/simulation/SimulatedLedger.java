package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Outbox;
import io.pulsewatch.server.liveness.Stretched;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Numbers what the kernel decides, at once or a little later, and then tells it. */
final class SimulatedLedger implements Outbox {
  private final SimulatedWorld world;
  private final long delay;
  private final SimulatedDisk disk = new SimulatedDisk();
  private final Deque<Draft> proposed = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private long revision;
  private long incarnation;
  private int committing;

  /** What another process proposed is lost. */
  private int process;

  private int withheldEnds;

  SimulatedLedger(SimulatedWorld world, long first) {
    this.world = world;
    this.revision = first;
    this.incarnation = first;
    this.delay =
        world.random().nextInt(3) == 0
            ? TimeUnit.MILLISECONDS.toNanos(world.random().nextInt(40))
            : 0;
  }

  /** Ends that a planted fault keeps back: the kernel has decided them. */
  int withheldEnds() {
    return withheldEnds;
  }

  @Override
  public void propose(Draft draft) {
    long wait = world.fault().withheldNanos(draft);
    if (wait == 0) {
      decide(draft);
      return;
    }
    boolean ends = !draft.after().state().isLive();
    withheldEnds += ends ? 1 : 0;
    world
        .timeline()
        .after(
            wait,
            () -> {
              withheldEnds -= ends ? 1 : 0;
              decide(draft);
            });
  }

  /** The process ends; what it proposed is lost. Returns what the next one finds. */
  Kept crash() {
    process++;
    proposed.clear();
    answers.clear();
    committing = 0;
    return disk.read(world.server().wallMillis());
  }

  @Override
  public void note(Note note) {
    disk.onKept(note);
    world.server().kernel().onKept(note, world.server().moment());
    note.answers().forEach(this::answer);
  }

  @Override
  public void keep(Stretched stretched) {
    if (delay == 0) {
      onKept(stretched);
    } else {
      later(() -> onKept(stretched));
    }
  }

  private void later(Runnable action) {
    int mine = process;
    world
        .timeline()
        .after(
            delay,
            () -> {
              if (mine == process) {
                action.run();
              }
            });
  }

  private void onKept(Stretched stretched) {
    disk.onKept(stretched);
    world.server().kernel().onKept(stretched);
    world.server().publishStretch();
  }

  @Override
  public boolean isAway() {
    return false;
  }

  @Override
  public void answer(Answer answer) {
    world.oracle().onAnswer(answer);
    answers.add(answer);
  }

  @Override
  public void onFalseVerdict(Cause verdict) {}

  @Override
  public long nextIncarnation() {
    return ++incarnation;
  }

  /** The turn is over: what it decided is committed, and what needs no commit is told. */
  void onTurnEnded() {
    int count = proposed.size() - committing;
    if (delay == 0) {
      commit(count);
    } else if (count > 0) {
      committing += count;
      later(
          () -> {
            committing -= count;
            commit(count);
          });
    }
    for (Answer answer : answers) {
      answer.to().reply(answer.reply());
    }
    answers.clear();
  }

  private void decide(Draft draft) {
    world.oracle().onDecision(draft);
    proposed.add(draft);
  }

  private void commit(int count) {
    if (count == 0) {
      return;
    }
    List<Change> changes = new ArrayList<>(count);
    List<Draft> committed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Draft draft = proposed.remove();
      committed.add(draft);
      Change change = draft.committed(++revision, false);
      disk.onCommitted(draft, change);
      world.server().kernel().onCommitted(draft, change, world.server().moment());
      world.oracle().onGranted(draft);
      changes.add(change);
    }
    world.oracle().onCommitted(changes);
    world.watchers().onChanges(changes);
    world.server().prober().turn(changes);
    for (int i = 0; i < count; i++) {
      committed.get(i).answer(changes.get(i));
    }
  }
}
