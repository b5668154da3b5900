package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.xds.XdsNameResolverProvider;
import io.pulsewatch.client.ClientTls;
import io.pulsewatch.client.PulsewatchSender;
import io.pulsewatch.server.AccessToken;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.testing.NamedServer;
import io.pulsewatch.testing.TlsFiles;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * gRPC's own xDS client at a server that has a certificate and asks for tokens, with the bootstrap
 * that {@code pulsewatch xds-bootstrap --tls-ca FILE --token-from FILE} prints.
 */
@Timeout(120)
@Tag("once")
final class SecureXdsIT {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final String TRUST = "javax.net.ssl.trustStore";
  private static final String PASSWORD = "javax.net.ssl.trustStorePassword";

  @TempDir Path folder = Path.of("");
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Counting extension = new Counting();
  private final AccessToken watch = token("watch");
  private final AccessToken beat = token("beat");
  private TlsFiles files = new TlsFiles(Path.of(""), Path.of(""), Path.of(""));
  private int port;

  @BeforeEach
  void serve() throws Exception {
    files = TlsFiles.in(folder);
    Path tokens = folder.resolve("tokens");
    Files.write(tokens, List.of(watch.line(), beat.line()));
    PulsewatchServer server =
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(1)
            .data(folder.resolve("data"))
            .tls(files.certificate(), files.key())
            .tokenFile(tokens)
            .withExtension(extension)
            .start();
    open.push(server);
    port = server.port();
    NamedServer backend = new NamedServer("a");
    open.push(backend);
    open.push(
        PulsewatchSender.builder("orders", "a")
            .server("127.0.0.1:" + port)
            .tls(ClientTls.create().trusting(files.authority()))
            .token(beat::text)
            .interval(Duration.ofMillis(500))
            .endpoint("grpc", "127.0.0.1", backend.port())
            .start());
  }

  @AfterEach
  void close() throws Exception {
    System.clearProperty(TRUST);
    System.clearProperty(PASSWORD);
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void aClientThatTrustsUsAndMayWatchIsTold() throws Exception {
    trust();
    assertThat(askUntilAnswered(client("xds-known", watch.text()))).isEqualTo("a");
    assertThat(extension.count("xds_nacks")).isZero();
  }

  /** Nobody is in the pool before the backend has registered. */
  private static String askUntilAnswered(ManagedChannel client) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return NamedServer.ask(client);
      } catch (StatusRuntimeException early) {
        assertThat(System.nanoTime() - until).as("%s", early.getStatus()).isNegative();
        Thread.sleep(50);
      }
    }
  }

  @Test
  void whoMayNotWatchIsToldWhy() throws Exception {
    trust();
    refused("xds-beating", beat.text(), "PERMISSION_DENIED");
    refused("xds-stranger", "", "UNAUTHENTICATED");
    assertThat(extension.count("xds_responses")).as("nothing was told").isZero();
    assertThat(extension.count("xds_nacks")).isZero();
  }

  /** When this fails, grpc-java reads them, and docs/XDS.md may say so. */
  @Test
  void javaReadsNoFilesOfItsBootstrap() {
    refused("xds-untrusting", watch.text(), "");
    assertThat(extension.count("xds_responses")).isZero();
  }

  private void refused(String scheme, String token, String why) {
    ManagedChannel client = client(scheme, token);
    assertThatThrownBy(() -> NamedServer.ask(client))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            thrown -> {
              assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(thrown.getStatus().getDescription()).contains(why);
            });
  }

  /** A bootstrap is read once for each scheme; the test's are schemes of their own. */
  private ManagedChannel client(String scheme, String token) {
    Map<String, ?> creds =
        Map.of("type", "tls", "config", Map.of("ca_certificate_file", files.authority() + ""));
    Map<String, ?> server =
        Map.of(
            "server_uri",
            "127.0.0.1:" + port,
            "channel_creds",
            List.of(creds),
            "server_features",
            List.of("xds_v3"));
    Map<String, ?> node =
        Map.of("id", scheme, "locality", Map.of(), "metadata", Map.of("pulsewatch_token", token));
    XdsNameResolverProvider provider =
        XdsNameResolverProvider.createForTest(
            scheme, Map.of("xds_servers", List.of(server), "node", node));
    NameResolverRegistry registry = NameResolverRegistry.getDefaultRegistry();
    registry.register(provider);
    open.push(() -> registry.deregister(provider));
    ManagedChannel client =
        Grpc.newChannelBuilder(scheme + ":///orders", InsecureChannelCredentials.create()).build();
    open.push(client::shutdownNow);
    return client;
  }

  /** What {@code -Djavax.net.ssl.trustStore=FILE} does. */
  private void trust() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(files.authority())) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    Path file = folder.resolve("trust");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    System.setProperty(TRUST, file.toString());
    System.setProperty(PASSWORD, "changeit");
  }

  private static AccessToken token(String right) {
    return AccessToken.create(right, right, null, new SecureRandom());
  }
}
