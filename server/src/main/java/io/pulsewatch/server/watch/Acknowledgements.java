package io.pulsewatch.server.watch;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What watchers with a name have acted on, and who waits for that.
 *
 * <p>A name is known from the first watch that is opened with it. Where as many names are known as
 * may be, the one that was closed first is forgotten for a new one; while all of them watch, a new
 * one is refused. What a name has acknowledged only grows. Who waits is bounded by whoever lets him
 * wait: see {@code max_waiting_leaves}.
 *
 * <p>Confined to the fan-out thread.
 */
public final class Acknowledgements {
  /** Stands for a name that nobody has opened a watch with. */
  public static final long UNKNOWN = -1;

  private final int mostNames;
  private final Map<String, Named> names = new HashMap<>();

  /** Those that nobody watches by any more, in the order in which that began. */
  private final Set<String> closed = new LinkedHashSet<>();

  private final Map<String, Set<Wait>> waiting = new HashMap<>();
  private final NavigableSet<Wait> byDeadline = new TreeSet<>(Wait::compareTo);
  private long lastId;
  private long nowNanos;
  private boolean over;

  /**
   * Creates one that knows nobody.
   *
   * @param mostNames names that are known at the most
   */
  public Acknowledgements(int mostNames, long nowNanos) {
    this.mostNames = mostNames;
    this.nowNanos = nowNanos;
  }

  /**
   * Who has not acknowledged in time.
   *
   * @param watching a watch with this name is open
   * @param revision what it has acknowledged; 0: nothing
   */
  public record Missing(String name, boolean watching, long revision) {}

  private static final class Named {
    private int watches;
    private long revision;
  }

  /** One who waits for names to acknowledge a revision. */
  public static final class Wait {
    private final long id;
    private final long revision;
    private final long deadlineNanos;
    private final Set<String> left;
    private final Consumer<List<Missing>> done;
    private final Runnable ended;

    private Wait(
        long id,
        long revision,
        long deadlineNanos,
        Set<String> left,
        Consumer<List<Missing>> done,
        Runnable ended) {
      this.id = id;
      this.revision = revision;
      this.deadlineNanos = deadlineNanos;
      this.left = left;
      this.done = done;
      this.ended = ended;
    }

    private int compareTo(Wait other) {
      int first = Long.signum(deadlineNanos - other.deadlineNanos);
      return first == 0 ? Long.compare(id, other.id) : first;
    }
  }

  /** A watch with this name begins. False: as many names watch as may. */
  public boolean open(String name) {
    Named known = names.get(name);
    if (known == null) {
      if (names.size() >= mostNames && !forgetOne()) {
        return false;
      }
      known = new Named();
      names.put(name, known);
    }
    known.watches++;
    closed.remove(name);
    return true;
  }

  /** A watch with this name is over. */
  public void close(String name) {
    Named known = names.get(name);
    if (known != null && --known.watches == 0) {
      closed.add(name);
    }
  }

  /** Returns the greatest that it has acknowledged, with this, or {@link #UNKNOWN}. */
  public long acknowledge(String name, long revision) {
    Named known = names.get(name);
    if (known == null) {
      return UNKNOWN;
    }
    if (revision > known.revision) {
      known.revision = revision;
      for (Wait wait : List.copyOf(waiting.getOrDefault(name, Set.of()))) {
        if (wait.revision <= revision) {
          acknowledged(wait, name);
        }
      }
    }
    return known.revision;
  }

  /**
   * Waits for them. A name that nobody watches by is waited for, too.
   *
   * @param done told once who is missing, and nobody where all have acknowledged; at once where
   *     there is nothing to wait for. Not told after {@link #forget}.
   * @param ended told instead of that where nobody will be waited for any more: see {@link #end}
   */
  public @Nullable Wait await(
      long revision,
      Collection<String> whom,
      long withinNanos,
      Consumer<List<Missing>> done,
      Runnable ended) {
    Set<String> left = new LinkedHashSet<>(whom);
    left.removeIf(name -> revisionOf(name) >= revision);
    Wait wait = new Wait(++lastId, revision, nowNanos + withinNanos, left, done, ended);
    if (left.isEmpty() || withinNanos <= 0) {
      done.accept(missing(wait));
      return null;
    }
    if (over) {
      ended.run();
      return null;
    }
    left.forEach(name -> waiting.computeIfAbsent(name, any -> new LinkedHashSet<>()).add(wait));
    byDeadline.add(wait);
    return wait;
  }

  /** He waits no longer. Idempotent. */
  public void forget(Wait wait) {
    if (byDeadline.remove(wait)) {
      wait.left.forEach(name -> drop(name, wait));
    }
  }

  /** Answers those whose time is over. Returns how many. */
  public int turn(long now) {
    nowNanos = now;
    int work = 0;
    while (!byDeadline.isEmpty() && now - byDeadline.first().deadlineNanos >= 0) {
      finish(byDeadline.first());
      work++;
    }
    return work;
  }

  /** Nobody is waited for from now on: their time is not over, and we are. */
  public void end() {
    over = true;
    while (!byDeadline.isEmpty()) {
      Wait wait = byDeadline.first();
      forget(wait);
      wait.ended.run();
    }
  }

  /** Names that are known. */
  int names() {
    return names.size();
  }

  /** Those who wait. */
  int waiting() {
    return byDeadline.size();
  }

  private void acknowledged(Wait wait, String name) {
    wait.left.remove(name);
    drop(name, wait);
    if (wait.left.isEmpty()) {
      finish(wait);
    }
  }

  private void finish(Wait wait) {
    forget(wait);
    wait.done.accept(missing(wait));
  }

  private void drop(String name, Wait wait) {
    Set<Wait> others = waiting.get(name);
    if (others != null && others.remove(wait) && others.isEmpty()) {
      waiting.remove(name);
    }
  }

  private List<Missing> missing(Wait wait) {
    return wait.left.stream().map(this::missing).toList();
  }

  private Missing missing(String name) {
    Named known = names.get(name);
    return new Missing(name, known != null && known.watches > 0, Math.max(0, revisionOf(name)));
  }

  private long revisionOf(String name) {
    Named known = names.get(name);
    return known == null ? UNKNOWN : known.revision;
  }

  private boolean forgetOne() {
    for (String name : closed) {
      closed.remove(name);
      names.remove(name);
      return true;
    }
    return false;
  }
}
