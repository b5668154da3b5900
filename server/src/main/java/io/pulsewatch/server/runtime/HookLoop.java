package io.pulsewatch.server.runtime;

import io.pulsewatch.server.hook.HookCalls;
import io.pulsewatch.server.hook.HookStatus;
import io.pulsewatch.server.hook.Hooks;
import io.pulsewatch.server.transport.HookDesk;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which hooks decide what to send; receivers are waited for elsewhere. If it breaks,
 * hooks are over, and nothing else is.
 *
 * <p>Thread-safe. Tasks that wait are bounded by what is under way and by open calls.
 */
public final class HookLoop implements Executor, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");

  /** How late a further attempt may be. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_TASKS_PER_TURN = 1_024;

  private final Clocks clocks;
  private final DutyCycle thread;
  private final Hooks hooks;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile long head;
  private volatile boolean isBroken;
  private volatile List<HookStatus> status = List.of();

  /** Confined to the thread. */
  private @Nullable Long lookedNanos;

  /**
   * Creates the thread; {@link #start} starts it.
   *
   * @param hooks makes them, given who runs tasks on the thread
   * @param head the newest revision
   */
  public HookLoop(Clocks clocks, Function<Executor, Hooks> hooks, long head) {
    this.clocks = clocks;
    this.head = head;
    this.thread = new DutyCycle("hook", this::turn, REST_NANOS, this::onBroken);
    this.hooks = hooks.apply(this);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Changes up to there were told. On the fan-out thread; cheap. */
  public void onHead(long revision) {
    head = revision;
    thread.wake();
  }

  /** What operators ask; any thread. */
  public HookDesk desk() {
    return new HookCalls(hooks, this, () -> isBroken);
  }

  /** How the hooks were a second ago; any thread. */
  public List<HookStatus> status() {
    return status;
  }

  /** Whether the thread broke; any thread. */
  public boolean isBroken() {
    return isBroken;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    thread.wake();
  }

  /** What is under way is left; what it came to is repeated by the next process. */
  @Override
  public void close() {
    thread.close();
    if (!isBroken) {
      hooks.close(); // the thread, whose they were, has ended
    }
  }

  private int turn() {
    int work = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      work++;
      if (work >= MAX_TASKS_PER_TURN) {
        break;
      }
    }
    long nowNanos = clocks.nanoTicker().getAsLong();
    work += hooks.turn(clocks.now(), head);
    Long looked = lookedNanos;
    if (looked == null || nowNanos - looked >= LOOK_NANOS) {
      lookedNanos = nowNanos;
      status = hooks.status();
    }
    return work;
  }

  private void onBroken(Throwable failure) {
    isBroken = true;
    LOGGER.log(Level.ERROR, "hooks broke and are over until a restart; please report it", failure);
  }
}
