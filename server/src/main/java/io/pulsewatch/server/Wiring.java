package io.pulsewatch.server;

import com.google.protobuf.Duration;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.pulsewatch.server.ledger.MemoryLedger;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.runtime.Engine;
import io.pulsewatch.server.transport.HeartbeatEndpoint;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.GoodbyeReason;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;

/** Puts a server's parts together. Thread-safe. */
final class Wiring implements AutoCloseable {
  private static final int CHANNELZ_PAGE = 100;
  private static final int RECONNECT_SPREAD_SECONDS = 1;

  private final Engine engine;
  private final HeartbeatEndpoint heartbeats;

  Wiring(ServerBuilder options) {
    Limits limits = options.limits();
    Clocks clocks = Clocks.SYSTEM;
    MemoryLedger ledger =
        new MemoryLedger(UUID.randomUUID().toString(), clocks.now().wallMillis() * 1_000);
    this.engine =
        new Engine(
            settings(limits),
            new Engine.Sizes(options.ioThreads(), limits.maxCommands(), limits.maxBacklog()),
            clocks,
            ledger,
            new NoConsumers(),
            options.onFailure());
    this.heartbeats =
        new HeartbeatEndpoint(
            engine.loops(),
            engine.mailroom(),
            engine.clock(),
            engine.door(),
            clocks.nanoTicker(),
            new SecureRandom(),
            options.serverId(),
            limits.maxStreams());
  }

  private static final class NoConsumers implements Engine.Consumers {
    @Override
    public void onCommitted(List<Change> changes) {}

    @Override
    public void onChanges(List<Change> changes) {}

    @Override
    public int turn(long nowNanos, long wallMillis) {
      return 0;
    }
  }

  @SuppressWarnings("deprecation") // reflection v1alpha: older grpcurls know no other
  void install(NettyServerBuilder netty) {
    engine.install(netty);
    netty
        .addService(heartbeats)
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(ProtoReflectionService.newInstance())
        .addService(ChannelzService.newInstance(CHANNELZ_PAGE));
  }

  void start() {
    engine.start();
  }

  /** Stops judging, then asks everybody to come back. */
  void sayGoodbye() {
    engine.stopJudging();
    heartbeats.close(
        Goodbye.newBuilder()
            .setReason(GoodbyeReason.GOODBYE_REASON_SHUTDOWN)
            .setReconnectAfter(Duration.getDefaultInstance())
            .setSpread(Duration.newBuilder().setSeconds(RECONNECT_SPREAD_SECONDS))
            .build());
  }

  @Override
  public void close() {
    engine.close();
  }

  private static Settings settings(Limits limits) {
    Settings standard = Settings.DEFAULT;
    return new Settings(
        limits.maxInstances(),
        limits.maxOverrides(),
        standard.maxMailPerTurn(),
        standard.maxExpiriesPerTurn(),
        standard.maxRemovalsPerTurn(),
        standard.retentionMillis(),
        standard.minEndedKept(),
        standard.warmUpNanos());
  }
}
