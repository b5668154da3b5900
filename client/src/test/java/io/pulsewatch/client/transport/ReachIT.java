package io.pulsewatch.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.ProbeOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looks at endpoints on this machine. Confined to the test's thread. */
@Timeout(60)
final class ReachIT {
  private static final long WITHIN = TimeUnit.SECONDS.toNanos(5);
  private static final Reach.Scope NEARBY = new Reach.Scope(false, true);
  private static final Reach.Scope USUAL = new Reach.Scope(false, false);

  private final Reach reach = new Reach(System::nanoTime);

  private static Endpoint at(String name, int port) {
    return Endpoint.newBuilder().setName(name).setHost("127.0.0.1").setPort(port).build();
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @Test
  void whatAnswersIsReachable() throws IOException {
    try (ServerSocket listening = listening()) {
      Endpoint http = at("http", listening.getLocalPort());
      assertThat(reach.look(http, WITHIN, NEARBY)).isEqualTo(ProbeOutcome.PROBE_OUTCOME_REACHABLE);
      assertThat(reach.look(http, WITHIN, USUAL)).isEqualTo(ProbeOutcome.PROBE_OUTCOME_DECLINED);
    }
  }

  @Test
  void whatIsClosedRefuses() throws IOException {
    int port;
    try (ServerSocket listening = listening()) {
      port = listening.getLocalPort();
    }
    assertThat(reach.look(at("http", port), WITHIN, NEARBY))
        .isEqualTo(ProbeOutcome.PROBE_OUTCOME_REFUSED);
    assertThat(reach.look(at("grpc", port), WITHIN, NEARBY))
        .isEqualTo(ProbeOutcome.PROBE_OUTCOME_REFUSED);
  }

  @Test
  void aGrpcServerAnswersEvenWithoutTheHealthProtocol() throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build()
            .start();
    try {
      assertThat(reach.look(at("grpc", server.getPort()), WITHIN, NEARBY))
          .isEqualTo(ProbeOutcome.PROBE_OUTCOME_REACHABLE);
    } finally {
      server.shutdownNow();
    }
  }

  /** As a process that stands still: its kernel accepts, and nothing answers. */
  @Test
  void whoAcceptsAndSaysNothingGivesNoAnswerOverGrpc() throws IOException {
    try (ServerSocket listening = listening()) {
      long begun = System.nanoTime();
      ProbeOutcome outcome = reach.look(at("grpc", listening.getLocalPort()), WITHIN / 10, NEARBY);
      assertThat(outcome).isEqualTo(ProbeOutcome.PROBE_OUTCOME_NO_ANSWER);
      assertThat(System.nanoTime() - begun).isLessThan(WITHIN);
    }
  }

  /** What only accepts answers over TCP, and does not over gRPC. */
  @ParameterizedTest
  @CsvSource({
    "admin-grpc, PROBE_OUTCOME_NO_ANSWER",
    "GRPC.internal, PROBE_OUTCOME_NO_ANSWER",
    "grpcweb, PROBE_OUTCOME_REACHABLE",
    "'', PROBE_OUTCOME_REACHABLE",
  })
  void oneWordOfTheNameTellsGrpc(String name, ProbeOutcome expected) throws IOException {
    try (ServerSocket listening = listening()) {
      assertThat(reach.look(at(name, listening.getLocalPort()), WITHIN / 10, NEARBY))
          .isEqualTo(expected);
    }
  }

  @Test
  void noPortAndNoHostAreDeclined() {
    assertThat(reach.look(at("http", 0), WITHIN, NEARBY))
        .isEqualTo(ProbeOutcome.PROBE_OUTCOME_DECLINED);
    assertThat(reach.look(at("http", -1), WITHIN, NEARBY))
        .isEqualTo(ProbeOutcome.PROBE_OUTCOME_DECLINED);
    assertThat(reach.look(Endpoint.newBuilder().setPort(80).build(), WITHIN, NEARBY))
        .isEqualTo(ProbeOutcome.PROBE_OUTCOME_DECLINED);
  }
}
