package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.pulsewatch.server.ledger.HistoryLimits;
import io.pulsewatch.server.ledger.SqliteFile;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server on a directory, stopped and started again, on sockets. */
final class RestartIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path directory;

  private PulsewatchServer serve() throws IOException {
    return grpc.add(
        PulsewatchServer.builder().listen("127.0.0.1", 0).ioThreads(2).data(directory).start());
  }

  private TestStream open(ManagedChannel channel) {
    return TestStream.open(channel, Sockets.PATIENCE_MILLIS);
  }

  private static String watchOnce(ManagedChannel channel, String token, List<WatchResponse> seen) {
    Iterator<WatchResponse> watch =
        WatchServiceGrpc.newBlockingStub(channel)
            .watch(WatchRequest.newBuilder().setResumeToken(token).build());
    WatchResponse response = watch.next();
    seen.add(response);
    while (!response.hasSnapshotEnd() && !response.hasBookmark()) {
      response = watch.next();
      seen.add(response);
    }
    return response.getResumeToken();
  }

  @Test
  void everythingGoesOnWhereItWas() throws Exception {
    PulsewatchServer first = serve();
    ManagedChannel channel = Sockets.channel(grpc, first.port());
    Registered alive =
        open(channel).send(Requests.register("orders/alive", 500, 60_000, 60_000)).registered();
    TestStream leaving = open(channel).send(Requests.register("orders/left"));
    leaving.registered();
    leaving.leave("enough").completed();
    AdminServiceGrpc.newBlockingStub(channel)
        .setOverride(
            SetOverrideRequest.newBuilder()
                .setService("orders")
                .setInstanceId("alive")
                .setOverride(OverrideKind.OVERRIDE_KIND_MAINTENANCE)
                .setReason("disk")
                .build());
    List<WatchResponse> seen = new ArrayList<>();
    String token = watchOnce(channel, "", seen);
    long revision = Sockets.instance(channel, "orders/alive").getRevision();
    first.close();

    PulsewatchServer second = serve();
    ManagedChannel again = Sockets.channel(grpc, second.port());
    assertThat(Sockets.instance(again, "orders/alive").getState()).isEqualTo(State.STATE_ALIVE);
    assertThat(Sockets.instance(again, "orders/alive").getRevision()).isEqualTo(revision);
    assertThat(Sockets.instance(again, "orders/alive").getOverride().getReason()).isEqualTo("disk");
    assertThat(Sockets.instance(again, "orders/left").getState()).isEqualTo(State.STATE_LEFT);

    List<WatchResponse> resumed = new ArrayList<>();
    watchOnce(again, token, resumed);
    assertThat(resumed).as("no snapshot: nothing was missed").hasSize(1);

    Registered back =
        open(again)
            .send(
                Requests.register("orders/alive", 500, 60_000, 60_000)
                    .setSessionToken(alive.getSessionToken()))
            .registered();
    assertThat(back.getResumed()).isTrue();
    assertThat(back.getIncarnation()).isEqualTo(alive.getIncarnation());
    Registered other = open(again).send(Requests.register("orders/new")).registered();
    assertThat(other.getIncarnation()).isGreaterThan(alive.getIncarnation());

    ListChangesResponse history =
        RegistryServiceGrpc.newBlockingStub(again)
            .listChanges(ListChangesRequest.newBuilder().addServices("orders").build());
    assertThat(history.getChangesList())
        .extracting(Change::getCause)
        .startsWith(
            Cause.CAUSE_REGISTERED,
            Cause.CAUSE_REGISTERED,
            Cause.CAUSE_LEAVE,
            Cause.CAUSE_OVERRIDE);
  }

  /** Restarts leave numbers out; to who missed nothing they say nothing. */
  @Test
  void whoWatchesAQuietServerGoesOnAfterEachRestart() throws Exception {
    String token = "";
    for (int start = 0; start < 3; start++) {
      List<WatchResponse> seen = new ArrayList<>();
      try (PulsewatchServer server = serve()) {
        token = watchOnce(Sockets.channel(grpc, server.port()), token, seen);
      }
      assertThat(seen).as("start %d: no snapshot but the first", start).hasSize(start == 0 ? 2 : 1);
    }
  }

  @Test
  void anUnchangingCronLineGoesOnAfterARestart() throws Exception {
    BeatRequest line =
        BeatRequest.newBuilder()
            .setRegister(Requests.register("jobs/nightly", 60_000, 600_000, 0))
            .build();
    PulsewatchServer first = serve();
    Registered before = beat(first, line);
    first.close();
    PulsewatchServer second = serve();
    ManagedChannel again = Sockets.channel(grpc, second.port());
    assertThat(Sockets.instance(again, "jobs/nightly").getState()).isEqualTo(State.STATE_ALIVE);
    Registered after = beat(second, line);
    assertThat(after.getResumed()).isTrue();
    assertThat(after.getIncarnation()).isEqualTo(before.getIncarnation());
  }

  @Test
  void theWaitThatAStopNamesOutlivesIt() throws Exception {
    serve().close();
    try (SqliteFile file = SqliteFile.open(directory, new HistoryLimits(1_000, 1_000_000))) {
      Moment now = new Moment(0, System.currentTimeMillis());
      assertThat(file.begin(() -> "", 1, now).kept().goodbyeNanos())
          .isEqualTo(Duration.ofSeconds(1).toNanos());
    }
  }

  private Registered beat(PulsewatchServer server, BeatRequest line) {
    return HeartbeatServiceGrpc.newBlockingStub(Sockets.channel(grpc, server.port()))
        .beat(line)
        .getRegistered();
  }

  /** Whatever breaks a start, wherever it does: the directory is free again. */
  @Test
  void aStartThatBreaksHoldsNoDirectory() throws Exception {
    for (int breaking = 1; breaking <= 3; breaking++) {
      AtomicInteger left = new AtomicInteger(breaking);
      Clocks clocks =
          new Clocks(
              () -> {
                if (left.decrementAndGet() == 0) {
                  throw new IllegalStateException("no clock");
                }
                return System.nanoTime();
              },
              System::currentTimeMillis);
      assertThatThrownBy(
              () ->
                  PulsewatchServer.start(
                      PulsewatchServer.builder().ioThreads(1).data(directory),
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                      null,
                      clocks))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no clock");
      serve().close();
    }
  }

  @Test
  void aDirectoryHasOneServer() throws Exception {
    serve();
    assertThatThrownBy(this::serve)
        .isInstanceOf(UnusableDataException.class)
        .hasMessageContaining("another Pulsewatch");
  }
}
