package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.Probe;
import io.pulsewatch.v1.ProbeOutcome;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asking on sockets: interval 400 ms, suspect after 800 ms, timeout 2.4 s. */
@Tag("once")
final class AskingIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private static Endpoint endpoint(String name, int port) {
    return Endpoint.newBuilder().setName(name).setHost("127.0.0.1").setPort(port).build();
  }

  private static Map<String, ProbeOutcome> probes(Change change) {
    return change.getEvidence().getProbesList().stream()
        .collect(Collectors.toMap(Probe::getBy, Probe::getOutcome));
  }

  private TestStream silent(ManagedChannel channel, String name, Endpoint... declared) {
    TestStream stream = TestStream.open(channel, Sockets.PATIENCE_MILLIS);
    stream.send(register(name, 400, 2_400, 2_400).addAllEndpoints(List.of(declared)));
    stream.registered();
    return stream;
  }

  private static ProbeRequest probe(TestStream stream) {
    HeartbeatResponse response = stream.next();
    assertThat(response.hasProbeRequest()).as(response.toString()).isTrue();
    return response.getProbeRequest();
  }

  private static HeartbeatRequest answer(ProbeRequest to, ProbeOutcome outcome) {
    return HeartbeatRequest.newBuilder()
        .setProbeResult(ProbeResult.newBuilder().setProbeId(to.getProbeId()).setOutcome(outcome))
        .build();
  }

  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * The kernel of a process that stands still accepts connections for it, which proves nothing: it
   * is SUSPECT for as long as it would be, then DEAD. By gRPC it shows that it does not answer.
   */
  @ParameterizedTest
  @CsvSource({"http, PROBE_OUTCOME_REACHABLE", "grpc, PROBE_OUTCOME_NO_ANSWER"})
  void aStoppedProcessAcceptsAndDiesAllTheSame(String name, ProbeOutcome seen) throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    WatchLog log = WatchLog.open(Sockets.channel(grpc, server.port()));
    try (ChildProcess child =
        ChildProcess.start(Child.class, Integer.toString(server.port()), name)) {
      log.next("orders/child", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
      child.signal("STOP");
      Change suspect = log.next("orders/child", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
      assertThat(suspect.getEvidence().getProbesCount()).isZero();
      Change dead = log.next("orders/child", State.STATE_DEAD, Cause.CAUSE_SILENCE);
      assertThat(WatchLog.silenceMillis(dead)).isGreaterThanOrEqualTo(2_400);
      assertThat(probes(dead))
          .containsEntry("server", seen)
          .containsEntry("orders/child", ProbeOutcome.PROBE_OUTCOME_NO_ANSWER)
          .hasSize(2);
    }
  }

  @Test
  void whereNobodyListensItSaysSo() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog log = WatchLog.open(channel);
    Endpoint closed = endpoint("http", closedPort());
    silent(channel, "orders/a", closed);
    Change dead = log.next(change -> change.getInstance().getState() == State.STATE_DEAD);
    assertThat(probes(dead)).containsEntry("server", ProbeOutcome.PROBE_OUTCOME_REFUSED);
    assertThat(dead.getEvidence().getProbesList())
        .filteredOn(probe -> probe.getBy().equals("server"))
        .extracting(Probe::getEndpoint)
        .containsExactly(closed);
  }

  @Test
  void aHealthServiceAnswersAndNothingFollowsFromIt() throws Exception {
    Server health =
        grpc.add(
            NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start());
    PulsewatchServer server = Sockets.server(grpc);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog log = WatchLog.open(channel);
    silent(channel, "orders/a", endpoint("grpc", health.getPort()));
    Change dead = log.next(change -> change.getInstance().getState() == State.STATE_DEAD);
    assertThat(probes(dead)).containsEntry("server", ProbeOutcome.PROBE_OUTCOME_REACHABLE);
    assertThat(log.story("orders/a"))
        .containsExactly("ALIVE REGISTERED", "SUSPECT SILENCE", "DEAD SILENCE");
  }

  /** A peer says that it reaches the suspect, the suspect says that it lives: only this counts. */
  @Test
  void aPeerIsAskedAndTheSuspectItself() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog log = WatchLog.open(channel);
    TestStream peer = TestStream.open(channel, Sockets.PATIENCE_MILLIS);
    peer.send(register("helpers/p", 60_000, 180_000, 180_000).setProbesOthers(true));
    peer.registered();
    Endpoint closed = endpoint("http", closedPort());
    TestStream suspect = silent(channel, "orders/a", closed);
    ProbeRequest own = probe(suspect);
    ProbeRequest indirect = probe(peer);
    assertThat(indirect.getEndpoint()).isEqualTo(closed);
    assertThat(indirect.getInstanceId()).isEqualTo("a");
    peer.send(answer(indirect, ProbeOutcome.PROBE_OUTCOME_REACHABLE));
    log.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    log.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
    suspect.send(answer(own, ProbeOutcome.PROBE_OUTCOME_PROVEN));
    Change recovered = log.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_RECOVERED);
    assertThat(probes(recovered)).containsEntry("orders/a", ProbeOutcome.PROBE_OUTCOME_PROVEN);
    log.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
  }

  @Test
  void oneSettingTurnsItOff() throws Exception {
    PulsewatchServer server =
        grpc.add(
            PulsewatchServer.builder().listen("127.0.0.1", 0).ioThreads(1).withoutProbes().start());
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    WatchLog log = WatchLog.open(channel);
    TestStream stream = silent(channel, "orders/a", endpoint("http", server.port()));
    Change dead = log.next(change -> change.getInstance().getState() == State.STATE_DEAD);
    assertThat(dead.getEvidence().getProbesCount()).isZero();
    assertThat(stream.ack().getState()).isEqualTo(State.STATE_SUSPECT);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("pulsewatch-probe"));
  }

  /** A client in a process of its own that beats and has an endpoint; it ends with its input. */
  static final class Child {
    private Child() {}

    /**
     * Runs it.
     *
     * @param arguments the server's port, and the endpoint's name
     */
    public static void main(String[] arguments) throws Exception {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(arguments[0]))
              .usePlaintext()
              .build();
      try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
        Endpoint.Builder endpoint =
            Endpoint.newBuilder()
                .setName(arguments[1])
                .setHost("127.0.0.1")
                .setPort(socket.getLocalPort());
        TestStream stream = TestStream.open(channel, Sockets.PATIENCE_MILLIS);
        stream.send(register("orders/child", 400, 2_400, 2_400).addEndpoints(endpoint));
        while (System.in.available() == 0) {
          stream.send(heartbeat(0));
          Thread.sleep(100);
        }
      }
    }
  }
}
