package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Stretched;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A ledger that keeps nothing: it numbers, and commits at once. Revisions and incarnations start at
 * the wall time in microseconds, so that they go on growing over restarts as long as nobody needs
 * more than a million a second and nobody turns the clock back.
 *
 * <p>Confined to the loop.
 */
public final class MemoryLedger implements Ledger {
  private final String lineage;
  private final Deque<Draft> proposed = new ArrayDeque<>();
  private final Deque<Note> notes = new ArrayDeque<>();
  private @Nullable Stretched stretched;
  private long revision;
  private long incarnation;

  /**
   * Starts an empty ledger.
   *
   * @param lineage random text, another one at each start
   * @param startMicros wall time at the start, in microseconds since 1970
   */
  public MemoryLedger(String lineage, long startMicros) {
    this.lineage = lineage;
    this.revision = startMicros;
    this.incarnation = startMicros;
  }

  @Override
  public String lineage() {
    return lineage;
  }

  @Override
  public long nextIncarnation() {
    return ++incarnation;
  }

  @Override
  public void propose(Draft draft) {
    proposed.addLast(draft);
  }

  @Override
  public void note(Note note) {
    notes.addLast(note);
  }

  @Override
  public void keep(Stretched next) {
    stretched = next;
  }

  @Override
  public int commit(Moment now, Sink sink) {
    int committed = 0;
    for (Draft draft = proposed.poll(); draft != null; draft = proposed.poll()) {
      sink.onCommitted(draft, draft.committed(++revision, false));
      committed++;
    }
    for (Note note = notes.poll(); note != null; note = notes.poll()) {
      sink.onKept(note);
      committed++;
    }
    Stretched next = stretched;
    if (next != null) {
      stretched = null;
      sink.onKept(next);
      committed++;
    }
    return committed;
  }

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public boolean isAway() {
    return false;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public void onGoodbye(long waitNanos) {}

  @Override
  public void close() {
    proposed.clear();
  }
}
