package io.pulsewatch.server.runtime;

import io.pulsewatch.server.hook.ChangeSource;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.transport.Archive;
import io.pulsewatch.server.watch.ChangePage;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.ServiceNames;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads for hooks: from the ring where it reaches back so far, else from the archive; and never
 * what is not on disk. Thread-safe.
 */
public final class HookReader implements ChangeSource {
  private final Hub hub;
  private final Executor fanout;
  private final @Nullable Archive archive;
  private final LongSupplier unkeptFrom;

  /**
   * Creates a reader.
   *
   * @param fanout runs tasks on the hub's thread, later and in order
   * @param archive what happened before the hub's ring begins; null where nobody kept it
   * @param unkeptFrom changes from this revision on may not be on disk yet; any thread
   */
  public HookReader(Hub hub, Executor fanout, @Nullable Archive archive, LongSupplier unkeptFrom) {
    this.hub = hub;
    this.fanout = fanout;
    this.archive = archive;
    this.unkeptFrom = unkeptFrom;
  }

  @Override
  public void read(List<String> services, long after, int most, Consumer<Answer> told) {
    fanout.execute(() -> readRing(services, after, most, told));
  }

  private void readRing(List<String> services, long after, int most, Consumer<Answer> told) {
    long floor = hub.ringFloor();
    Archive past = archive;
    if (after >= floor || (after == 0 && hub.isWhole())) {
      told.accept(onDisk(hub.changes(ServiceNames.of(services), null, after, most), floor));
    } else if (past == null) {
      told.accept(after == 0 ? new Answer.Page(List.of(), floor) : new Answer.Lost(floor));
    } else {
      past.ask(
          new Archive.Question(services, null, after, floor, most),
          found -> onArchive(past, found, floor, told));
    }
  }

  /** Asked after it was read: what is below is on disk by now. */
  private Answer onDisk(@Nullable ChangePage page, long floor) {
    if (page == null) {
      return new Answer.Lost(floor);
    }
    long unkept = unkeptFrom.getAsLong();
    List<Change> kept = page.changes().stream().filter(each -> each.revision() < unkept).toList();
    return new Answer.Page(kept, Math.min(page.next(), unkept - 1));
  }

  private static void onArchive(
      Archive past, Archive.Answer found, long floor, Consumer<Answer> told) {
    if (found instanceof Archive.Answer.Page page) {
      told.accept(new Answer.Page(page.changes(), page.next()));
    } else if (found instanceof Archive.Answer.Dropped) {
      // Where does what is kept begin?
      past.ask(
          new Archive.Question(List.of(), null, 0, floor, 1), oldest -> told.accept(lost(oldest)));
    } else {
      told.accept(later(found));
    }
  }

  private static Answer lost(Archive.Answer oldest) {
    if (oldest instanceof Archive.Answer.Page page) {
      return new Answer.Lost(
          page.changes().isEmpty() ? page.next() : page.changes().get(0).revision() - 1);
    }
    return later(oldest);
  }

  private static Answer later(Archive.Answer found) {
    if (found instanceof Archive.Answer.Unreadable unreadable) {
      return new Answer.Later(unreadable.why());
    }
    return new Answer.Later(
        found instanceof Archive.Answer.Busy
            ? "too many read the history at once"
            : "the disk does not answer");
  }
}
