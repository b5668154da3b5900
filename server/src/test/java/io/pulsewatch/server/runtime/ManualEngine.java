package io.pulsewatch.server.runtime;

import io.grpc.Channel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.pulsewatch.server.ledger.Ledger;
import io.pulsewatch.server.ledger.MemoryLedger;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Door;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.transport.AdminEndpoint;
import io.pulsewatch.server.transport.Asking;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.DrainDesk;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.server.transport.HookDesk;
import io.pulsewatch.server.transport.Judging;
import io.pulsewatch.server.transport.LeaveDesk;
import io.pulsewatch.server.transport.Mailroom;
import io.pulsewatch.server.transport.StreamLimits;
import io.pulsewatch.server.transport.StreamLoop;
import io.pulsewatch.server.watch.Acknowledgements;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The real loop, mailbox, ledger and endpoints on in-process gRPC, with a clock that a test moves
 * and one event loop that is the test's own thread. What is sent is handled at once; what the loop
 * decides, in {@link #turn}.
 *
 * <p>Confined to the test's thread.
 */
public final class ManualEngine {
  /** Wall time at the start, and the first revision and incarnation, in microseconds. */
  public static final long START_MILLIS = 1_790_000_000_000L;

  public static final String SERVER_ID = "manual";

  /** Of streams beyond the limit: how many wait to say who they are, and how long. */
  public static final int MAX_TURNED_AWAY = 1_000;

  public static final Duration TURNED_AWAY = Duration.ofSeconds(10);

  /** Unary goodbyes that wait. */
  public static final int MAX_WAITING_LEAVES = 2;

  private static final int MAX_STREAMS = 1_000;
  private static final int MAX_COMMANDS = 1_000;

  private final List<Change> changes = new ArrayList<>();
  private final CommittedView view = new CommittedView();
  private final OwnThread reader;
  private final ManualWork work = new ManualWork();
  private final LivenessLoop loop;
  private final Mailbox mailbox;
  private final Judging judging = new Judging();
  private final HeartbeatEndpoint heartbeats;
  private final Hub hub;
  private final DrainDesk drains;
  private final Channel channel;
  private long nowNanos;
  private long wallAheadMillis;
  private int wakes;
  private boolean full;

  public ManualEngine(GrpcExtension grpc) {
    this(grpc, Settings.DEFAULT, MAX_COMMANDS, MAX_STREAMS);
  }

  /** One whose clients are asked about suspects. */
  public ManualEngine(GrpcExtension grpc, Asking asking) {
    this(grpc, Settings.DEFAULT, MAX_COMMANDS, MAX_STREAMS, asking);
  }

  /** One that keeps what it decides here. */
  public ManualEngine(GrpcExtension grpc, Ledger ledger) {
    this(grpc, Settings.DEFAULT, MAX_COMMANDS, MAX_STREAMS, Asking.OFF, ledger);
  }

  /**
   * Starts an engine with limits of its own.
   *
   * @param grpc ends server and channel after the test
   */
  public ManualEngine(GrpcExtension grpc, Settings settings, int maxCommands, int maxStreams) {
    this(grpc, settings, maxCommands, maxStreams, Asking.OFF);
  }

  private ManualEngine(
      GrpcExtension grpc, Settings settings, int maxCommands, int maxStreams, Asking asking) {
    this(
        grpc,
        settings,
        maxCommands,
        maxStreams,
        asking,
        new MemoryLedger("lineage", START_MILLIS * 1_000));
  }

  private ManualEngine(
      GrpcExtension grpc,
      Settings settings,
      int maxCommands,
      int maxStreams,
      Asking asking,
      Ledger ledger) {
    Clocks clocks = new Clocks(() -> nowNanos, this::wallMillis);
    AwakeClock loopClock = new AwakeClock(nowNanos);
    this.reader =
        new OwnThread(
            new AwakeClock(nowNanos), new AtomicInteger(), new AtomicLong(), new AtomicLong());
    Door door = new Door(List.of(reader), nowNanos);
    this.mailbox =
        new Mailbox(
            maxCommands, key -> true, () -> wakes++, () -> wakes++, () -> reader.registering.get());
    this.loop =
        new LivenessLoop(
            settings,
            clocks,
            loopClock,
            door,
            ledger,
            mailbox,
            new Kept(),
            judging,
            new LoadMeter(List.of(work), door.clock(), nowNanos));
    this.hub =
        new Hub(
            WatchLimits.DEFAULT,
            "lineage",
            new CommittedView(),
            () -> new ServerCondition(mode(), isWarmingUp(), 0, 0),
            () -> true,
            clocks.now());
    this.heartbeats =
        new HeartbeatEndpoint(
            () -> reader,
            mailbox,
            loopClock,
            door,
            clocks.nanoTicker(),
            new Random(1),
            SERVER_ID,
            judging,
            new StreamLimits(maxStreams, MAX_TURNED_AWAY, TURNED_AWAY.toNanos()),
            asking,
            Authenticator.OPEN,
            new LeaveDesk(
                mailbox, judging, Runnable::run, hub.acknowledgements(), MAX_WAITING_LEAVES));
    this.drains =
        new DrainDesk(
            judging,
            heartbeats,
            hub,
            Runnable::run,
            clocks.nanoTicker(),
            clocks.wallMillis(),
            System.getLogger("test"));
    AdminEndpoint admin =
        new AdminEndpoint(
            () -> reader,
            mailbox,
            clocks.wallMillis(),
            ManualEngine::face,
            () -> GetServerStateResponse.newBuilder().setServerId(SERVER_ID).build(),
            drains,
            HookDesk.NONE,
            view.roles());
    String name = InProcessServerBuilder.generateName();
    try {
      grpc.add(
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(heartbeats)
              .addService(admin)
              .build()
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.channel = grpc.add(InProcessChannelBuilder.forName(name).directExecutor().build());
  }

  /** The way into the loop. */
  public Mailroom mailroom() {
    return mailbox;
  }

  /** Who is there, as committed. */
  public CommittedView view() {
    return view;
  }

  /** The service behind the channel. */
  public HeartbeatEndpoint heartbeats() {
    return heartbeats;
  }

  public long nowNanos() {
    return nowNanos;
  }

  public Channel channel() {
    return channel;
  }

  /** One turn at this instant, without a tick. */
  public int turn() {
    return loop.turn();
  }

  /** Time passes; the loop and the event loop tick each 10 ms, as they should. */
  public ManualEngine advance(Duration time) {
    long end = nowNanos + time.toNanos();
    while (nowNanos - end < 0) {
      long step = Math.min(AwakeClock.TICK_NANOS, end - nowNanos);
      nowNanos += step;
      work.go(step);
      reader.clock.tick(nowNanos);
      loop.turn();
      heartbeats.turn(nowNanos);
      hub.turn(nowNanos, wallMillis());
      drains.turn();
    }
    return this;
  }

  public ManualEngine advanceMillis(long millis) {
    return advance(Duration.ofMillis(millis));
  }

  /** From here on the event loop seems to be so busy, with so many heartbeats, all of them due. */
  public ManualEngine load(double busyShare, long heartbeatsPerSecond) {
    return load(busyShare, heartbeatsPerSecond, heartbeatsPerSecond);
  }

  /** The same where only so many were promised. */
  public ManualEngine load(double busyShare, long heartbeatsPerSecond, long duePerSecond) {
    work.set(busyShare, heartbeatsPerSecond, duePerSecond);
    return this;
  }

  /** Heartbeats that open streams have promised for each second. */
  public double dueInSecond() {
    return reader.due.get() / 1e9;
  }

  /** The same as if none was told of longer times. */
  public double grantedInSecond() {
    return reader.granted.get() / 1e9;
  }

  /** By how much everybody is judged by longer times than were granted. */
  public int stretchPercent() {
    return judging.stretchPercent();
  }

  /** Time passes and nothing of ours runs. */
  public ManualEngine stall(Duration time) {
    nowNanos += time.toNanos();
    return this;
  }

  /** The event loop ticks, the liveness loop does not run. */
  public void tickReader() {
    reader.clock.tick(nowNanos);
  }

  /** The wall clock jumps ahead, as after a suspension of the machine. */
  public void jumpWall(Duration ahead) {
    wallAheadMillis += ahead.toMillis();
  }

  /** From here on the fan-out takes nothing more, or takes again. */
  public void setFanoutFull(boolean isFull) {
    full = isFull;
  }

  /** Committed changes since the last call. */
  public List<Change> takeChanges() {
    List<Change> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  /** The one change since the last call; fails if there are more or none. */
  public Change takeChange() {
    List<Change> taken = takeChanges();
    if (taken.size() != 1) {
      throw new AssertionError("expected one change: " + taken);
    }
    return taken.get(0);
  }

  public DetectorMode mode() {
    return loop.mode();
  }

  public boolean isWarmingUp() {
    return loop.isWarmingUp();
  }

  /** How often the mailbox woke the loop. */
  public int wakes() {
    return wakes;
  }

  /** Streams whose register was read and is not answered. */
  public int registering() {
    return reader.registering.get();
  }

  public boolean mailboxIsEmpty() {
    return mailbox.isEmpty();
  }

  /** What named watchers have acted on. */
  public Acknowledgements acknowledgements() {
    return hub.acknowledgements();
  }

  /** How long those who were sent away may stay away, as a stop would keep it. */
  public long awayNanos() {
    return drains.waitNanos();
  }

  /** Open streams, as the endpoint counts them. */
  public int streams() {
    return heartbeats.streams();
  }

  /** Streams beyond the limit that wait to say who they are. */
  public int turnedAway() {
    return heartbeats.turnedAway();
  }

  /** As when a loop breaks. */
  public void stopJudging() {
    judging.stop();
  }

  public void close(Goodbye goodbye) {
    heartbeats.close(goodbye);
  }

  private long wallMillis() {
    return START_MILLIS + nowNanos / 1_000_000 + wallAheadMillis;
  }

  private static Instance face(Entry entry) {
    return Instance.newBuilder()
        .setService(entry.key().service())
        .setInstanceId(entry.key().instanceId())
        .setIncarnation(entry.incarnation())
        .setRevision(entry.revision())
        .setServing(entry.serving())
        .build();
  }

  private final class Kept implements LivenessLoop.Publisher {
    @Override
    public void publish(List<Change> committed) {
      changes.addAll(committed);
      view.onChanges(committed);
    }

    @Override
    public void publish(Note kept) {
      view.onKept(kept);
    }

    @Override
    public boolean isFull() {
      return full;
    }
  }

  /** The test's thread in the part of an event loop. Its sockets are never behind. */
  private record OwnThread(
      AwakeClock clock, AtomicInteger registering, AtomicLong due, AtomicLong granted)
      implements StreamLoop, Reader {
    @Override
    public Reader reader() {
      return this;
    }

    @Override
    public void countHeartbeat() {}

    @Override
    public void countDue(long more, long moreGranted) {
      due.addAndGet(more);
      granted.addAndGet(moreGranted);
    }

    @Override
    public void countRegistering(int more) {
      registering.addAndGet(more);
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public long ticket() {
      return 0;
    }

    @Override
    public boolean passed(long ticket) {
      return true;
    }

    @Override
    public void nudge() {}
  }
}
