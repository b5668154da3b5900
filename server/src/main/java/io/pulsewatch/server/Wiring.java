package io.pulsewatch.server;

import com.google.protobuf.Duration;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.pulsewatch.server.hook.Letters;
import io.pulsewatch.server.ledger.Ledger;
import io.pulsewatch.server.ledger.SqliteHistory;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.RoleLimits;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.metrics.ChangeMeter;
import io.pulsewatch.server.metrics.Metrics;
import io.pulsewatch.server.metrics.WebMeter;
import io.pulsewatch.server.probe.AddressRules;
import io.pulsewatch.server.probe.Prober;
import io.pulsewatch.server.runtime.Caretaker;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.runtime.Engine;
import io.pulsewatch.server.runtime.HistoryReader;
import io.pulsewatch.server.runtime.HookReader;
import io.pulsewatch.server.runtime.ProbeSockets;
import io.pulsewatch.server.runtime.WebServer;
import io.pulsewatch.server.security.Guard;
import io.pulsewatch.server.transport.AdminEndpoint;
import io.pulsewatch.server.transport.Asking;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.CallMeter;
import io.pulsewatch.server.transport.DrainDesk;
import io.pulsewatch.server.transport.Faces;
import io.pulsewatch.server.transport.Gate;
import io.pulsewatch.server.transport.HealthEndpoint;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.server.transport.LeaveDesk;
import io.pulsewatch.server.transport.RefusalLog;
import io.pulsewatch.server.transport.RegistryEndpoint;
import io.pulsewatch.server.transport.ServerFace;
import io.pulsewatch.server.transport.StreamLimits;
import io.pulsewatch.server.transport.WatchEndpoint;
import io.pulsewatch.server.watch.CommittedView;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.Hub;
import io.pulsewatch.server.watch.ServerCondition;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.web.Api;
import io.pulsewatch.server.web.Site;
import io.pulsewatch.v1.GoodbyeReason;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Puts a server's parts together. Thread-safe. */
final class Wiring implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");
  private static final int CHANNELZ_PAGE = 100;

  private final Engine engine;
  private final CommittedView view = new CommittedView();
  private final Hub hub;
  private final @Nullable ProbeSockets probeSockets;
  private final @Nullable Prober prober;
  private final HeartbeatEndpoint heartbeats;
  private final AdminEndpoint admin;
  private final DrainDesk drains;
  private final WatchEndpoint watches;
  private final RegistryEndpoint registry;
  private final @Nullable HistoryReader archive;
  private final HealthEndpoint health;
  private final ChangeMeter changeMeter = new ChangeMeter();
  private final WebMeter webMeter = new WebMeter();
  private final CallMeter callMeter = new CallMeter();
  private final RefusalLog refusals;
  private final Limits limits;
  private final String serverId;
  private final long startedMillis;
  private final Authenticator authenticator;
  private final @Nullable Caretaker caretaker;
  private final HookParts hooks;
  private final Extensions extensions;
  private final CountDownLatch watchersToldGoodbye = new CountDownLatch(1);
  private volatile boolean stopping;

  /** Puts everything together around what the ledger kept; nothing runs yet. */
  Wiring(ServerBuilder options, Storage storage, boolean onLoopback, Clocks clocks, Guard guard) {
    this.limits = options.limits();
    this.serverId = options.serverId();
    Ledger ledger = storage.ledger();
    Moment start = clocks.now(); // what it kept is read: from here on time counts
    this.startedMillis = start.wallMillis();
    this.hub =
        new Hub(
            new WatchLimits(limits.of(Limit.MAX_WATCHERS), limits.of(Limit.RING_SIZE))
                .withUnwrittenBytes(limits.of(Limit.MAX_UNWRITTEN_BYTES))
                .withNames(limits.of(Limit.MAX_NAMED_WATCHERS)),
            ledger.lineage(),
            view,
            this::condition,
            this::isServing,
            start);
    this.probeSockets = options.hasProbes() ? new ProbeSockets(clocks.nanoTicker()) : null;
    this.prober = probeSockets == null ? null : prober(options, onLoopback, probeSockets, start);
    this.engine =
        new Engine(
            settings(options, storage.isDurable()),
            new Engine.Sizes(
                options.ioThreads(), limits.of(Limit.MAX_COMMANDS), limits.of(Limit.MAX_BACKLOG)),
            clocks,
            new Engine.Keeping(ledger, storage.disk()),
            new Fanout(
                view,
                hub,
                new ChangeLog(LOGGER, options.stateChanges(), start.nanos()),
                new StretchLog(LOGGER, this::stretchPercent, this::greatestStretchPercent),
                changeMeter,
                prober,
                this::onHead,
                this::turnAway),
            options.onFailure());
    List<Entry> recalled = engine.recall(storage.kept());
    view.begin(storage.head(), recalled);
    hub.begin(storage.before(), recalled, storage.recent());
    this.authenticator = guard.authenticator();
    this.refusals = new RefusalLog(LOGGER, clocks.nanoTicker());
    this.caretaker = guard.isNeeded() ? new Caretaker(guard::turn, options.onFailure()) : null;
    Faces faces = new Faces(clocks::now);
    this.heartbeats =
        new HeartbeatEndpoint(
            engine.loops(),
            engine.mailroom(),
            engine.clock(),
            engine.door(),
            clocks.nanoTicker(),
            new SecureRandom(),
            options.serverId(),
            engine.judging(),
            new StreamLimits(
                limits.of(Limit.MAX_STREAMS),
                limits.of(Limit.MAX_TURNED_AWAY),
                TimeUnit.SECONDS.toNanos(limits.of(Limit.TURNED_AWAY_SECONDS))),
            prober == null ? Asking.OFF : prober,
            authenticator,
            new LeaveDesk(
                engine.mailroom(),
                engine.judging(),
                engine.fanout(),
                hub.acknowledgements(),
                limits.of(Limit.MAX_WAITING_LEAVES)));
    this.drains =
        new DrainDesk(
            engine.judging(),
            heartbeats,
            hub,
            engine.fanout(),
            clocks.nanoTicker(),
            clocks.wallMillis(),
            LOGGER);
    ServerFace face =
        new ServerFace(
            options.serverId(), ledger.lineage(), start.wallMillis(), limits.named(), this::counts);
    this.watches = new WatchEndpoint(hub, engine.fanout(), faces, authenticator);
    SqliteHistory past = storage.history();
    this.archive = past == null ? null : new HistoryReader(past, clocks, ledger::unkeptFrom);
    this.registry = new RegistryEndpoint(hub, view, engine.fanout(), faces, archive);
    this.hooks =
        new HookParts(
            options,
            storage.disk(),
            new HookReader(hub, engine.fanout(), archive, ledger::unkeptFrom),
            new Letters(faces, ledger.lineage()),
            clocks,
            storage.head());
    this.admin =
        new AdminEndpoint(
            engine.loops(),
            engine.mailroom(),
            clocks.wallMillis(),
            faces::instance,
            face::state,
            drains,
            hooks.desk(),
            view.roles());
    this.health =
        new HealthEndpoint(hub, engine.fanout(), limits.of(Limit.MAX_HEALTH_LIST), authenticator);
    this.extensions =
        new Extensions(
            options.extensions(),
            new Extensions.Sockets(
                watches, authenticator, refusals, this::condition, limits, clocks));
  }

  /** What the fan-out loop drives. */
  private record Fanout(
      CommittedView view,
      Hub hub,
      ChangeLog log,
      StretchLog stretchLog,
      ChangeMeter meter,
      @Nullable Prober prober,
      LongConsumer hooks,
      LongConsumer door)
      implements Engine.Consumers {
    @Override
    public void onCommitted(List<Change> changes) {
      view.onChanges(changes);
    }

    @Override
    public void onKept(Note note) {
      view.onKept(note);
    }

    @Override
    public boolean isLive(InstanceKey key) {
      Entry entry = view.find(key);
      return entry != null && entry.state().isLive();
    }

    @Override
    public void onChanges(List<Change> changes) {
      hub.onChanges(changes);
      changes.forEach(log::onChange);
      changes.forEach(meter::onChange);
      if (prober != null) {
        prober.onChanges(changes);
      }
      if (!changes.isEmpty()) {
        hooks.accept(changes.get(changes.size() - 1).revision());
      }
    }

    @Override
    public int turn(long nowNanos, long wallMillis) {
      log.turn(nowNanos);
      stretchLog.turn();
      door.accept(nowNanos);
      int asked = prober == null ? 0 : prober.turn(nowNanos);
      return asked + hub.turn(nowNanos, wallMillis);
    }
  }

  @SuppressWarnings("deprecation") // reflection v1alpha: older grpcurls know no other
  void install(NettyServerBuilder netty) {
    engine.install(netty);
    netty.addStreamTracerFactory(callMeter);
    if (authenticator != Authenticator.OPEN) {
      netty.intercept(new Gate(authenticator, refusals));
    }
    netty
        .addService(heartbeats.withPeers())
        .addService(watches)
        .addService(registry)
        .addService(admin)
        .addService(health)
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(ProtoReflectionService.newInstance())
        .addService(ChannelzService.newInstance(CHANNELZ_PAGE));
    extensions.install(netty);
  }

  /** The web port over all of this; it listens nowhere yet. */
  WebServer web(ServerCredentials credentials) {
    Site site =
        new Site(
            authenticator,
            refusals,
            new ServerStanding(engine, () -> stopping, drains::isOn),
            new Metrics(
                new MetricSources(
                    ServerFace.version(),
                    serverId,
                    startedMillis,
                    limits.named(),
                    view,
                    changeMeter,
                    webMeter,
                    engine,
                    hub,
                    heartbeats,
                    callMeter,
                    drains,
                    hooks,
                    extensions)),
            new Api(heartbeats, registry, watches));
    return new WebServer(limits.web(), credentials, site, webMeter);
  }

  void start() {
    engine.start();
    hooks.start();
    if (caretaker != null) {
      caretaker.start();
    }
  }

  /** Stops judging, then asks everybody to come back. */
  void sayGoodbye() {
    stopping = true;
    engine.stopJudging();
    long spread = DrainDesk.spreadNanos(heartbeats.streams());
    engine.onGoodbye(Math.max(spread, drains.waitNanos()));
    heartbeats.close(
        io.pulsewatch.v1.Goodbye.newBuilder()
            .setReason(GoodbyeReason.GOODBYE_REASON_SHUTDOWN)
            .setReconnectAfter(Duration.getDefaultInstance())
            .setSpread(Duration.newBuilder().setSeconds(TimeUnit.NANOSECONDS.toSeconds(spread)))
            .build());
    extensions.sayGoodbye();
    Goodbye goodbye = new Goodbye(Goodbye.Reason.SHUTDOWN, 0, spread);
    engine
        .fanout()
        .execute(
            () -> {
              hub.sayGoodbye(goodbye);
              watchersToldGoodbye.countDown();
            });
  }

  /** Until watchers were told, those by HTTP too, for whom nobody waits otherwise. */
  private void awaitGoodbye() {
    try {
      boolean told = !stopping || watchersToldGoodbye.await(1, TimeUnit.SECONDS);
      if (!told) {
        LOGGER.log(System.Logger.Level.DEBUG, "watchers were not told goodbye in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    awaitGoodbye();
    hooks.close();
    extensions.close();
    engine.close();
    if (caretaker != null) {
      caretaker.close();
    }
    if (archive != null) {
      archive.close();
    }
    if (probeSockets != null) {
      probeSockets.close();
    }
  }

  /** Made before the engine, whose fan-out loop drives it: nothing runs yet. */
  private Prober prober(
      ServerBuilder options, boolean onLoopback, ProbeSockets sockets, Moment start) {
    return new Prober(
        options.limits().probes(),
        new AddressRules(onLoopback, options.probeTargets()),
        sockets,
        view,
        command -> engine.mailroom().offer(command),
        task -> engine.fanout().execute(task),
        new SplittableRandom(),
        start.nanos());
  }

  private void onHead(long revision) {
    hooks.onHead(revision);
  }

  private void turnAway(long nowNanos) {
    heartbeats.turn(nowNanos);
    drains.turn();
  }

  private ServerCondition condition() {
    return engine.condition();
  }

  private boolean isServing() {
    return engine.isServing() && !engine.judging().drains();
  }

  private ServerFace.Counts counts() {
    return new ServerFace.Counts(
        condition(),
        view.size(),
        heartbeats.streams(),
        engine.registering(),
        hub.watchers(),
        stretchPercent());
  }

  private int stretchPercent() {
    return engine.judging().stretchPercent();
  }

  private int greatestStretchPercent() {
    return engine.judging().greatestStretchPercent();
  }

  private static Settings settings(ServerBuilder options, boolean durable) {
    Limits limits = options.limits();
    Settings standard = Settings.DEFAULT;
    return new Settings(
        limits.of(Limit.MAX_INSTANCES),
        limits.of(Limit.MAX_OVERRIDES),
        standard.maxMailPerTurn(),
        standard.maxExpiriesPerTurn(),
        standard.maxRemovalsPerTurn(),
        standard.retentionMillis(),
        standard.minEndedKept(),
        durable ? 0 : standard.warmUpNanos(), // what is in memory cannot know who is missing
        options.hasPreservation(),
        options.hasStretching(),
        limits.of(Limit.MAX_GROUPS),
        new RoleLimits(limits.of(Limit.MAX_ROLES), limits.of(Limit.MAX_ROLE_CANDIDATES)));
  }
}
