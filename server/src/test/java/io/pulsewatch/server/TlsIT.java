package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.testing.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TLS on real sockets: who may connect, and certificates that change under streams. */
@Timeout(120)
final class TlsIT {
  /** Streams that live while certificates change. */
  private static final int STREAMS = 200;

  private static final int CONNECTIONS = 10;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir Path folder = Path.of("");

  private final TestAuthority authority = new TestAuthority("first authority");
  private final TestAuthority stranger = new TestAuthority("second authority");

  @Test
  void encryptsForWhoTrustsItsAuthority() throws Exception {
    int port = server(authority.issue("server"), null).port();
    assertThat(answers(port, trusting(authority).build())).isTrue();
    assertThat(answers(port, trusting(stranger).build())).isFalse();
    ManagedChannel plain = Sockets.channel(grpc, port);
    assertThatThrownBy(() -> Sockets.state(plain))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
  }

  @Test
  void speaksTlsWithAnRsaKey() throws Exception {
    TestAuthority.Issued rsa =
        authority.issue("rsa", TestAuthority.rsa(), TestAuthority.FROM, TestAuthority.TO);
    assertThat(answers(server(rsa, null).port(), trusting(authority).build())).isTrue();
  }

  @Test
  void wantsACertificateOfItsAuthorityWhereItIsToldTo() throws Exception {
    int port = server(authority.issue("server"), authority.certificate()).port();
    assertThat(answers(port, trusting(authority).build())).isFalse();
    assertThat(answers(port, showing(stranger.issue("client")))).isFalse();
    assertThat(answers(port, showing(authority.issue("client")))).isTrue();

    Files.writeString(folder.resolve("clients"), stranger.certificate());
    await(() -> answers(port, showing(stranger.issue("client"))));
    assertThat(answers(port, showing(authority.issue("client")))).isFalse();
  }

  @Test
  void certificatesChangeUnderStreams() throws Exception {
    PulsewatchServer server = server(authority.issue("server"), null);
    List<TestStream> streams = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      ManagedChannel channel = channel(server.port(), trusting(authority).build());
      for (int j = 0; j < STREAMS / CONNECTIONS; j++) {
        TestStream stream = TestStream.open(channel, PATIENCE_MILLIS);
        stream.send(register("orders/" + i + "-" + j, 2_000, 60_000, 60_000));
        streams.add(stream);
      }
    }
    streams.forEach(TestStream::registered);

    write(stranger.issue("server"));
    await(() -> answers(server.port(), trusting(stranger).build()));
    assertThat(answers(server.port(), trusting(authority).build())).isFalse();
    beat(streams, 1);

    // A key that belongs to another certificate, then nothing at all: the last good pair stays.
    Files.writeString(folder.resolve("key"), authority.issue("other").key());
    TimeUnit.SECONDS.sleep(3);
    assertThat(answers(server.port(), trusting(stranger).build())).isTrue();
    Files.delete(folder.resolve("certificate"));
    TimeUnit.SECONDS.sleep(3);
    assertThat(answers(server.port(), trusting(stranger).build())).isTrue();
    beat(streams, 2);

    write(authority.issue("server"));
    await(() -> answers(server.port(), trusting(authority).build()));
    beat(streams, 3);
    assertThat(streams).allMatch(TestStream::isOpen);
  }

  @Test
  void saysWhatIsWrongWithItsFilesBeforeItStarts() throws IOException {
    TestAuthority.Issued good = authority.issue("server");
    refused(good.certificate(), authority.issue("other").key(), "belongs to another certificate");
    refused("nothing", good.key(), "no certificate in it");
    refused(good.certificate(), "nothing", "no private key in it");
    TestAuthority.Issued over =
        authority.issue(
            "over",
            good.keys(),
            Instant.now().minus(Duration.ofDays(2)),
            Instant.now().minus(Duration.ofDays(1)));
    refused(over.certificate(), over.key(), "expected: one that is good now");
    assertThatThrownBy(
            () ->
                PulsewatchServer.builder()
                    .tls(folder.resolve("none"), folder.resolve("no"))
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no " + folder.resolve("none"));
  }

  private void refused(String certificate, String key, String words) throws IOException {
    Files.writeString(folder.resolve("certificate"), certificate);
    Files.writeString(folder.resolve("key"), key);
    assertThatThrownBy(
            () ->
                PulsewatchServer.builder()
                    .listen("127.0.0.1", 0)
                    .tls(folder.resolve("certificate"), folder.resolve("key"))
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.resolve("certificate").toString())
        .hasMessageContaining(words);
  }

  /** Each stream has its heartbeat acked. */
  private static void beat(List<TestStream> streams, long sequence) {
    streams.forEach(stream -> stream.send(heartbeat(sequence)));
    streams.forEach(stream -> assertThat(lastAck(stream, sequence)).isEqualTo(sequence));
  }

  /** It may have been told in between that it was doubted. */
  private static long lastAck(TestStream stream, long sequence) {
    long acked = stream.ack().getSequence();
    while (acked < sequence) {
      acked = stream.ack().getSequence();
    }
    return acked;
  }

  private PulsewatchServer server(TestAuthority.Issued issued, @Nullable String clients)
      throws IOException {
    write(issued);
    ServerBuilder builder =
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(2)
            .tls(folder.resolve("certificate"), folder.resolve("key"));
    if (clients != null) {
      Files.writeString(folder.resolve("clients"), clients);
      builder.clientAuthorities(folder.resolve("clients"));
    }
    return grpc.add(builder.start());
  }

  private void write(TestAuthority.Issued issued) throws IOException {
    Files.writeString(folder.resolve("certificate"), issued.certificate());
    Files.writeString(folder.resolve("key"), issued.key());
  }

  private ManagedChannel channel(int port, ChannelCredentials credentials) {
    return grpc.add(NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build());
  }

  /** Whether a call on a fresh connection is answered. */
  private boolean answers(int port, ChannelCredentials credentials) {
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build();
    try {
      return !Sockets.state(channel).getServerId().isEmpty();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  private static TlsChannelCredentials.Builder trusting(TestAuthority authority)
      throws IOException {
    return TlsChannelCredentials.newBuilder().trustManager(in(authority.certificate()));
  }

  private ChannelCredentials showing(TestAuthority.Issued client) throws IOException {
    return trusting(authority).keyManager(in(client.certificate()), in(client.key())).build();
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void await(Condition condition) throws Exception {
    for (int tries = 0; !condition.holds(); tries++) {
      assertThat(tries).isLessThan((int) (PATIENCE_MILLIS / 100));
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Something that comes true in time. */
  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }
}
