package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not answer for a while, or takes nothing more, under a server that serves. */
@Tag("once")
@Timeout(120)
final class DiskFaultIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path directory;

  private ServedProcess serve() throws IOException, InterruptedException {
    return grpc.add(ServedProcess.start(directory, 0));
  }

  private TestStream open(ManagedChannel channel) {
    return TestStream.open(channel, Sockets.PATIENCE_MILLIS);
  }

  /** Another process that writes: until it is closed, nobody else can. */
  private Connection hog() throws SQLException {
    Connection hog =
        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("pulsewatch.db"));
    try (Statement statement = hog.createStatement()) {
      statement.execute("PRAGMA busy_timeout=5000");
      statement.execute("BEGIN IMMEDIATE");
    }
    return hog;
  }

  private static void awaitMode(ManagedChannel channel, DetectorMode wanted)
      throws InterruptedException {
    DetectorMode mode = Sockets.state(channel).getDetectorMode();
    for (int waits = 0; mode != wanted; waits++) {
      assertThat(waits).as("mode %s, not %s", mode, wanted).isLessThan(1_500);
      Thread.sleep(20);
      mode = Sockets.state(channel).getDetectorMode();
    }
  }

  private static List<Change> history(ManagedChannel channel) {
    return RegistryServiceGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .listChanges(ListChangesRequest.getDefaultInstance())
        .getChangesList();
  }

  /** Every change that was told is in the ledger, under its number, and none twice. */
  private static void compare(List<Change> told, List<Change> history) {
    assertThat(history).extracting(Change::getRevision).isSorted().doesNotHaveDuplicates();
    assertThat(history.stream().map(DiskFaultIT::say))
        .containsAll(told.stream().map(DiskFaultIT::say).toList());
  }

  private static String say(Change change) {
    return change.getRevision()
        + " "
        + WatchLog.name(change)
        + " "
        + change.getInstance().getIncarnation()
        + " "
        + change.getInstance().getState()
        + " "
        + change.getCause();
  }

  /** After whatever happened: a restart has everything that was told. */
  private void restart(ServedProcess server, WatchLog watch) throws Exception {
    List<Change> told = watch.changes();
    server.stop();
    ManagedChannel again = Sockets.channel(grpc, serve().port());
    compare(told, history(again));
  }

  @Test
  void aDiskThatIsSlowDelaysWhatBindsAndNothingElse() throws Exception {
    ServedProcess server = serve();
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(channel);
    TestStream beating = open(channel).send(register("orders/beats", 500, 60_000, 60_000));
    beating.registered();
    open(channel).send(register("orders/dies", 100, 400, 400)).registered();
    TestStream waiting;
    try (Connection hog = hog()) {
      assertThat(hog.isClosed()).isFalse();
      Change dead =
          watch.next(
              change ->
                  WatchLog.name(change).equals("orders/dies")
                      && change.getInstance().getState() == State.STATE_DEAD);
      assertThat(dead.getProvisional()).isTrue();
      awaitMode(channel, DetectorMode.DETECTOR_MODE_PROVISIONAL);
      beating.send(heartbeat(1));
      assertThat(beating.ack().hasExpiresIn()).isTrue();
      waiting = open(channel).send(register("orders/waits", 500, 60_000, 60_000));
      Thread.sleep(300);
      assertThat(watch.story("orders/waits")).as("never ahead of the disk").isEmpty();
    }
    boolean bound = waiting.next().hasRegistered();
    if (bound) { // it came within the second after which the disk counts as away
      assertThat(watch.next("orders/waits").getProvisional()).isFalse();
    }
    awaitMode(channel, DetectorMode.DETECTOR_MODE_NORMAL);
    open(channel).send(register("orders/after", 500, 60_000, 60_000)).registered();
    assertThat(watch.next("orders/after").getProvisional()).isFalse();
    restart(server, watch);
  }

  @Test
  void aDiskThatIsAwayRegistersNobodyAndLosesNothing() throws Exception {
    ServedProcess server = serve();
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(channel);
    Registered lasting =
        open(channel).send(register("orders/lasts", 500, 60_000, 60_000)).registered();
    TestStream beating = open(channel).send(register("orders/beats", 500, 60_000, 60_000));
    beating.registered();
    try (Connection hog = hog()) {
      assertThat(hog.isClosed()).isFalse();
      beating.send(heartbeat(1, io.pulsewatch.v1.Status.STATUS_DEGRADED));
      assertThat(beating.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DEGRADED);
      Thread.sleep(1_500);
      open(channel)
          .send(register("orders/new"))
          .fault()
          .is(Status.Code.UNAVAILABLE, "LEDGER_AWAY")
          .withRetry();
      String said = server.line(line -> line.contains("cannot write"));
      assertThat(said).contains("pulsewatch.db").contains("make room");
      assertThat(
              open(channel)
                  .send(
                      register("orders/lasts", 500, 60_000, 60_000)
                          .setSessionToken(lasting.getSessionToken()))
                  .registered()
                  .getIncarnation())
          .as("who has his token comes back without the disk")
          .isEqualTo(lasting.getIncarnation());
    }
    awaitMode(channel, DetectorMode.DETECTOR_MODE_NORMAL);
    assertThat(server.line(line -> line.contains("can be written again"))).isNotEmpty();
    open(channel).send(register("orders/new")).registered();
    restart(server, watch);
  }

  /** What has left the ring and is not on disk yet cannot be listed: that is said, not left out. */
  @Test
  void aHistoryThatWaitsForTheDiskHasNoSilentGap() throws Exception {
    PulsewatchServer server =
        grpc.add(
            PulsewatchServer.builder()
                .listen("127.0.0.1", 0)
                .ioThreads(1)
                .data(directory)
                .limits(Limits.DEFAULT.with(Map.of("ring_size", 4)))
                .start());
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    TestStream beating = open(channel).send(register("orders/beats", 500, 60_000, 60_000));
    beating.registered();
    List<Long> told = new ArrayList<>();
    WatchLog watch = WatchLog.open(channel);
    try (Connection hog = hog()) {
      assertThat(hog.isClosed()).isFalse();
      for (int i = 1; i <= 12; i++) {
        io.pulsewatch.v1.Status status =
            i % 2 == 0
                ? io.pulsewatch.v1.Status.STATUS_SERVING
                : io.pulsewatch.v1.Status.STATUS_DEGRADED;
        beating.send(heartbeat(i, status));
        told.add(watch.next("orders/beats").getRevision());
      }
      assertThat(watch.changes()).allMatch(Change::getProvisional);
      List<Change> first = history(channel); // what is on disk; the rest is another page
      assertThat(first).extracting(Change::getCause).containsExactly(Cause.CAUSE_REGISTERED);
      ListChangesRequest next = since(first.get(0).getRevision());
      Fault.of(catchThrowable(() -> RegistryServiceGrpc.newBlockingStub(channel).listChanges(next)))
          .is(Status.Code.UNAVAILABLE, "LEDGER_AWAY")
          .withRetry();
      assertThat(
              RegistryServiceGrpc.newBlockingStub(channel)
                  .listChanges(since(told.get(8)))
                  .getChangesList())
          .as("in the ring")
          .extracting(Change::getRevision)
          .containsExactlyElementsOf(told.subList(9, 12));
    }
    awaitMode(channel, DetectorMode.DETECTOR_MODE_NORMAL);
    assertThat(history(channel)).extracting(Change::getRevision).containsAll(told.subList(0, 8));
  }

  private static ListChangesRequest since(long revision) {
    return ListChangesRequest.newBuilder().setSinceRevision(revision).build();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDiskThatIsFullIsSaidAndStopsNothing() throws Exception {
    ServedProcess server = serve();
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(channel);
    TestStream beating = open(channel).send(register("orders/beats", 500, 60_000, 60_000));
    beating.registered();
    open(channel).send(register("orders/dies", 100, 600, 600)).registered();
    server.allowFileBytes(1);
    Change dead =
        watch.next(
            change ->
                WatchLog.name(change).equals("orders/dies")
                    && change.getInstance().getState() == State.STATE_DEAD);
    assertThat(dead.getProvisional()).isTrue();
    assertThat(server.line(line -> line.contains("cannot write"))).contains("make room");
    awaitMode(channel, DetectorMode.DETECTOR_MODE_PROVISIONAL);
    beating.send(heartbeat(1));
    assertThat(beating.ack().hasExpiresIn()).isTrue();
    Thread.sleep(1_000);
    open(channel)
        .send(register("orders/new"))
        .fault()
        .is(Status.Code.UNAVAILABLE, "LEDGER_AWAY")
        .withRetry();

    server.allowFileBytes(-1);
    awaitMode(channel, DetectorMode.DETECTOR_MODE_NORMAL);
    open(channel).send(register("orders/new")).registered();
    Change registered = watch.next("orders/new", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    assertThat(registered.getProvisional()).isFalse();
    assertThat(server.left()).as("said once").noneMatch(line -> line.contains("cannot write"));
    restart(server, watch);
  }

  /** What a crash took was marked, and whoever was told it hears so. */
  @Test
  void whatWasToldAheadMayBeLostAndThatIsSaid() throws Exception {
    int port = Sockets.freePort(new SplittableRandom());
    ServedProcess server = grpc.add(ServedProcess.start(directory, port));
    ManagedChannel channel = Sockets.channel(grpc, port);
    LastingWatch watch = grpc.add(LastingWatch.open(channel, Sockets.timer(grpc)));
    watch.await("a snapshot", told -> !told.isEmpty());
    open(channel).send(register("orders/dies", 500, 2_000, 2_000)).registered();
    try (Connection hog = hog()) {
      assertThat(hog.isClosed()).isFalse();
      watch.await(
          "a provisional change",
          told ->
              told.stream()
                  .anyMatch(
                      one ->
                          one instanceof LastingWatch.Changed changed
                              && changed.change().getProvisional()));
      server.kill();
    }
    grpc.add(ServedProcess.start(directory, port));
    watch.await(
        "a new beginning",
        told ->
            told.stream()
                .anyMatch(
                    one ->
                        one instanceof LastingWatch.StartedOver over
                            && over.reason() == SnapshotReason.SNAPSHOT_REASON_TAIL_LOST));
    channel.resetConnectBackoff();
    KillAudit.Findings findings = KillAudit.look(watch.told(), history(channel), name -> false, 1);
    assertThat(findings.faults()).isEmpty();
    assertThat(findings.provisionalLost()).isPositive();
  }

  @Test
  void aCleanStopKeepsWhatWaitsForTheDisk() throws Exception {
    ServedProcess server = serve();
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog watch = WatchLog.open(channel);
    open(channel).send(register("orders/dies", 500, 2_000, 2_000)).registered();
    try (Connection hog = hog()) {
      assertThat(hog.isClosed()).isFalse();
      watch.next(
          change ->
              WatchLog.name(change).equals("orders/dies")
                  && change.getInstance().getState() == State.STATE_DEAD
                  && change.getProvisional());
      server.endInput();
      Thread.sleep(500);
    }
    restart(server, watch);
  }
}
