package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.pulsewatch.server.ledger.Ledger;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.metrics.LoopMeter;
import io.pulsewatch.server.transport.Judging;
import io.pulsewatch.server.transport.Mailroom;
import io.pulsewatch.server.transport.StreamLoop;
import io.pulsewatch.server.watch.ServerCondition;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All threads of a server, and what they own: the event loops, the liveness loop with the kernel
 * and the ledger, and the fan-out loop.
 *
 * <p>Thread-safe. {@code close} is idempotent and takes a few seconds at the most.
 */
public final class Engine implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");

  private final Clocks clocks;
  private final Ledger ledger;
  private final @Nullable LedgerDisk disk;
  private final IoLoops ioLoops;
  private final AwakeClock clock;
  private final Door door;
  private final Mailbox mailbox;
  private final FanoutLoop fanout;
  private final LivenessLoop liveness;
  private final DutyCycle livenessThread;
  private final DutyCycle fanoutThread;
  private final Judging judging = new Judging();
  private final AtomicBoolean failed = new AtomicBoolean();

  /** What the fan-out loop drives, and what must be true before a caller has its answer. */
  public interface Consumers {
    /** On the liveness loop, before any caller is answered: readers find these changes. */
    void onCommitted(List<Change> changes);

    /** The same for what is no change. */
    default void onKept(Note note) {}

    /** Any thread: whether this name has a session, as committed. */
    boolean isLive(InstanceKey key);

    /** On the fan-out loop, the same changes in the same order. */
    void onChanges(List<Change> changes);

    /** On the fan-out loop, about each 10 ms: one bounded step. Returns the work done. */
    int turn(long nowNanos, long wallMillis);
  }

  /**
   * How many of what.
   *
   * @param ioThreads event loops
   * @param maxCommands requests that wait for the liveness loop
   * @param maxBacklog changes that wait for the fan-out loop; past it, mail waits
   */
  public record Sizes(int ioThreads, int maxCommands, int maxBacklog) {}

  /**
   * Where changes are kept.
   *
   * @param disk what the ledger writes to; null where it keeps nothing
   */
  public record Keeping(Ledger ledger, @Nullable LedgerDisk disk) {}

  /**
   * Creates the engine; {@link #start} starts it.
   *
   * @param onFailure told once if a loop breaks; its state cannot be trusted from then on
   */
  public Engine(
      Settings settings,
      Sizes sizes,
      Clocks clocks,
      Keeping keeping,
      Consumers consumers,
      Consumer<Throwable> onFailure) {
    this(IoBackend.best(), settings, sizes, clocks, keeping, consumers, onFailure);
  }

  /** The same with event loops of a certain kind. */
  Engine(
      IoBackend backend,
      Settings settings,
      Sizes sizes,
      Clocks clocks,
      Keeping keeping,
      Consumers consumers,
      Consumer<Throwable> onFailure) {
    this.clocks = clocks;
    this.ledger = keeping.ledger();
    this.disk = keeping.disk();
    this.ioLoops =
        new IoLoops(
            backend, sizes.ioThreads(), new Threads("io"), clocks.nanoTicker(), settings.stretch());
    long nowNanos = clocks.nanoTicker().getAsLong();
    this.clock = new AwakeClock(nowNanos);
    this.door = new Door(ioLoops.readers(), nowNanos);
    this.mailbox =
        new Mailbox(
            sizes.maxCommands(),
            consumers::isLive,
            this::wakeLiveness,
            this::wakeForNews,
            ioLoops::registering);
    this.fanout = new FanoutLoop(clocks, consumers, sizes.maxBacklog());
    LoadMeter load = new LoadMeter(ioLoops.workers(), door.clock(), nowNanos);
    this.liveness =
        new LivenessLoop(settings, clocks, clock, door, ledger, mailbox, fanout, judging, load);
    Consumer<Throwable> fail = failure -> fail(failure, onFailure);
    this.livenessThread = new DutyCycle("loop", liveness::turn, LivenessLoop.REST_NANOS, fail);
    this.fanoutThread = new DutyCycle("fanout", fanout::turn, FanoutLoop.REST_NANOS, fail);
    if (disk != null) {
      disk.onDone(livenessThread::wake);
      disk.onFailure(fail);
    }
  }

  /** Starts the loops. */
  public void start() {
    fanout.onWork(fanoutThread::wake);
    if (disk != null) {
      disk.start();
    }
    fanoutThread.start();
    livenessThread.start();
  }

  /** Goes on where an earlier process stopped; before {@link #start}. */
  public List<Entry> recall(Kept kept) {
    return liveness.recall(kept);
  }

  /** Gives a server the event loops. */
  public void install(NettyServerBuilder builder) {
    ioLoops.install(builder);
  }

  public StreamLoop.Finder loops() {
    return ioLoops;
  }

  public Mailroom mailroom() {
    return mailbox;
  }

  /** Runs tasks on the fan-out loop, in order. */
  public Executor fanout() {
    return fanout;
  }

  /** Awake time of the liveness loop. */
  public AwakeClock clock() {
    return clock;
  }

  /** All event loops taken as one. */
  public Reader door() {
    return door;
  }

  /** Whether anybody is judged; over from the moment on in which a loop breaks. */
  public Judging judging() {
    return judging;
  }

  /** How it judges, and what it knows of its own pauses. */
  public ServerCondition condition() {
    return new ServerCondition(
        liveness.mode(), liveness.isWarmingUp(), door.clock().pauses(), door.clock().pausedNanos());
  }

  /**
   * False once a loop has broken, or an event loop has been stuck for so long that we are blind.
   */
  public boolean isServing() {
    return !failed.get() && !liveness.isBlind();
  }

  /** True once a loop has broken: nothing brings it back but a restart. */
  public boolean hasFailed() {
    return failed.get();
  }

  /** What the liveness loop counts. */
  public LoopMeter meter() {
    return liveness.meter();
  }

  /** Heartbeats that streams brought since the start. */
  public long heartbeats() {
    return ioLoops.heartbeats();
  }

  /** Streams whose register was read and is not answered. */
  public int registering() {
    return ioLoops.registering();
  }

  /** One reading of the clocks. */
  public Moment now() {
    return clocks.now();
  }

  /** Stops judging; streams go on being read and written until {@link #close}. */
  public void stopJudging() {
    judging.stop();
    livenessThread.close();
  }

  /** After {@link #stopJudging}: everybody was asked to come back within so long. */
  public void onGoodbye(long waitNanos) {
    ledger.onGoodbye(waitNanos); // the loop, whose it was, has ended
  }

  @Override
  public void close() {
    judging.stop();
    livenessThread.close();
    fanoutThread.close();
    ledger.close();
    ioLoops.close();
  }

  /** First of all no fence is renewed any more; a verdict of the loop that is left ends nothing. */
  private void fail(Throwable failure, Consumer<Throwable> onFailure) {
    judging.stop();
    livenessThread.stop();
    LOGGER.log(
        System.Logger.Level.ERROR, "a loop broke; this server judges nobody any more", failure);
    if (failed.compareAndSet(false, true)) {
      onFailure.accept(failure);
    }
  }

  private void wakeLiveness() {
    livenessThread.wake();
  }

  /** News nearly always end with the watchers, so both threads wake at once, not one by one. */
  private void wakeForNews() {
    livenessThread.wake();
    fanoutThread.announce();
  }
}
