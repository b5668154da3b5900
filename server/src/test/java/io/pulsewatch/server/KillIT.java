package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.ledger.SqliteFile;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.ServiceSummary;
import io.pulsewatch.v1.SetOverrideRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server on a directory, killed at random moments under instances that beat and others that never
 * rest. {@code make kills} runs the long form.
 */
@Timeout(900)
final class KillIT {
  private static final int KILLS = Integer.getInteger("pulsewatch.kills", 3);
  private static final int INSTANCES = Integer.getInteger("pulsewatch.kill.instances", 300);
  private static final long SEED = Long.getLong("pulsewatch.kill.seed", 20_260_801L);
  private static final int PER_CHANNEL = 200;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path directory;
  private final SplittableRandom chance = new SplittableRandom(SEED);
  private final List<BeatingClient> beating = new ArrayList<>();

  /** From the launch of the newest server to its first word. */
  private long readyMillis;

  private ServedProcess serve(int port) throws IOException, InterruptedException {
    long launched = System.nanoTime();
    ServedProcess server = grpc.add(ServedProcess.start(directory, port));
    readyMillis = (System.nanoTime() - launched) / 1_000_000;
    return server;
  }

  private ManagedChannel channel(int port) {
    return grpc.add(
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .directExecutor()
            .maxInboundMessageSize(16 << 20)
            .build());
  }

  /** Instances that beat from now on to the end of the test. */
  private void beat(int port, int count) throws InterruptedException {
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    grpc.add(timer::shutdownNow);
    ManagedChannel channel = null;
    for (int i = 0; i < count; i++) {
      channel = channel == null || i % PER_CHANNEL == 0 ? channel(port) : channel;
      beating.add(
          new BeatingClient(
                  channel,
                  timer,
                  System::nanoTime,
                  Requests.register("steady/s" + i, 2_000, 20_000, 20_000)
                      .setProcessId("process-of-s" + i)
                      .build())
              .start());
    }
    BeatingClient.awaitAcks(beating);
  }

  private static boolean isSteady(String name) {
    return name.startsWith("steady/");
  }

  private static long steadyAlive(ManagedChannel channel) {
    List<ServiceSummary> services =
        RegistryServiceGrpc.newBlockingStub(channel)
            .withWaitForReady()
            .listServices(ListServicesRequest.newBuilder().addServices("steady").build())
            .getServicesList();
    return services.isEmpty() ? 0 : services.get(0).getCountsMap().getOrDefault("ALIVE", 0L);
  }

  private static List<Change> history(ManagedChannel channel) {
    List<Change> all = new ArrayList<>();
    ListChangesRequest.Builder request = ListChangesRequest.newBuilder().setPageSize(1_000);
    ListChangesResponse page;
    do {
      page =
          RegistryServiceGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .listChanges(request.build());
      all.addAll(page.getChangesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return all;
  }

  /** What the ledger has, once nothing changes any more and the watcher was told all of it. */
  private static List<Change> settled(ManagedChannel channel, LastingWatch watch)
      throws InterruptedException {
    for (int waits = 0; waits < 60; waits++) {
      List<Change> history = history(channel);
      Thread.sleep(1_000);
      List<LastingWatch.Told> told = watch.told();
      LastingWatch.Told last = told.get(told.size() - 1);
      long revision =
          last instanceof LastingWatch.Changed changed
              ? changed.change().getRevision()
              : ((LastingWatch.StartedOver) last).revision();
      long head = history.get(history.size() - 1).getRevision();
      if (revision == head && history(channel).size() == history.size()) {
        return history;
      }
    }
    throw new AssertionError("it does not come to rest");
  }

  @Test
  void whatWasToldIsKept() throws Exception {
    ServedProcess server = serve(Sockets.freePort(chance));
    int port = server.port();
    ManagedChannel channel = channel(port);
    beat(port, INSTANCES);
    ScheduledExecutorService timer = Sockets.timer(grpc);
    LastingWatch watch = grpc.add(LastingWatch.open(channel(port), timer));
    watch.await("a snapshot", told -> !told.isEmpty());
    List<Churn> churns = new ArrayList<>();
    for (int i = 0; i < Math.max(30, INSTANCES / 50); i++) {
      churns.add(new Churn(channel, timer, chance.split(), "restless/r" + i, 100));
    }
    long slowest = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Thread.sleep(chance.nextInt(200, 3_000));
      server.kill();
      int streams = watch.streams();
      server = serve(port);
      slowest = Math.max(slowest, readyMillis);
      channel.resetConnectBackoff();
      assertThat(steadyAlive(channel)).as("no empty list, nobody missing").isEqualTo(INSTANCES);
      for (int waits = 0; watch.streams() == streams && waits < 300; waits++) {
        Thread.sleep(100);
      }
      assertThat(watch.streams()).isGreaterThan(streams);
    }
    BeatingClient.awaitAcks(beating);
    churns.forEach(Churn::close);
    List<Change> history = settled(channel, watch);
    List<LastingWatch.Told> told = watch.told();
    KillAudit.Findings findings = KillAudit.look(told, history, KillIT::isSteady, INSTANCES);
    Measured.say(
        "%d kills under %d instances: %d changes told and kept, %d provisional ones lost, started"
            + " over %d times, ready within %d ms",
        KILLS,
        INSTANCES,
        findings.kept(),
        findings.provisionalLost(),
        told.stream().filter(LastingWatch.StartedOver.class::isInstance).count() - 1,
        slowest);
    assertThat(findings.faults()).isEmpty();
    assertThat(findings.kept()).isGreaterThan(KILLS * 10);
    for (BeatingClient client : beating) {
      assertThat(client.resumes()).as("of %s", client.faults()).isPositive();
      assertThat(client.incarnations().stream().distinct()).hasSize(1);
    }
  }

  /** The planted fault: the check above must find it. */
  @Test
  void aLedgerThatForgetsItsLastCommitIsFound() throws Exception {
    ServedProcess server = serve(Sockets.freePort(chance));
    ManagedChannel channel = channel(server.port());
    beat(server.port(), 5);
    LastingWatch watch = grpc.add(LastingWatch.open(channel(server.port()), Sockets.timer(grpc)));
    watch.await("a snapshot", told -> !told.isEmpty());
    AdminServiceGrpc.newBlockingStub(channel)
        .setOverride(
            SetOverrideRequest.newBuilder()
                .setService("steady")
                .setInstanceId("s0")
                .setOverride(OverrideKind.OVERRIDE_KIND_MAINTENANCE)
                .build());
    watch.await("the override", told -> told.size() == 2);
    server.kill();
    WalFile.dropCommits(directory.resolve("pulsewatch.db-wal"), 2); // the last may be a stamp
    serve(server.port());
    watch.await("a new beginning", told -> told.size() == 3);
    channel.resetConnectBackoff();
    KillAudit.Findings findings =
        KillAudit.look(watch.told(), history(channel), KillIT::isSteady, 5);
    assertThat(findings.faults()).anyMatch(fault -> fault.startsWith("lost: "));
  }

  @Test
  void aHundredThousandInstancesAreBackSoon() throws Exception {
    int count = 100_000;
    try (SqliteFile file = SqliteFile.open(directory, Limits.DEFAULT.history())) {
      file.begin(() -> "a-lineage", 1, Drafts.START);
      for (int from = 0; from < count; from += 10_000) {
        List<Batch.Line> lines = new ArrayList<>();
        for (int i = from; i < from + 10_000; i++) {
          lines.add(new Batch.Numbered(1_000 + i, Drafts.usual("i" + i, i + 1)));
        }
        file.write(new Batch(lines, 1_000_000, 1_000_000, Drafts.WALL_MILLIS));
      }
    }
    ServedProcess server = serve(0);
    Measured.say("%,d instances on disk: ready after %d ms", count, readyMillis);
    ServiceSummary orders =
        RegistryServiceGrpc.newBlockingStub(channel(server.port()))
            .listServices(ListServicesRequest.getDefaultInstance())
            .getServices(0);
    assertThat(orders.getCountsMap()).containsEntry("ALIVE", (long) count);
    assertThat(readyMillis).as("5 s on a machine of its own").isLessThan(20_000);
  }
}
