package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.testing.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The web port behind the same certificate and the same tokens as gRPC. */
@Timeout(120)
final class WebSecureIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir Path folder = Path.of("");

  private final TestAuthority authority = new TestAuthority("authority");

  @Test
  void encryptsAndAsksForTokens() throws Exception {
    AccessToken watch = token("watcher", "watch");
    AccessToken beat = token("sender", "beat");
    PulsewatchServer server = server(watch.line() + "\n" + beat.line() + "\n");
    assertThat(get(server, "/readyz", "").statusCode()).isEqualTo(200);
    assertThat(get(server, "/metrics", "").statusCode()).isEqualTo(401);
    assertThat(get(server, "/metrics", beat.text()).statusCode()).isEqualTo(403);
    assertThat(get(server, "/metrics", watch.text()).body()).contains("pulsewatch_serving 1.0");
    assertThat(get(server, "/v1/instances", watch.text()).statusCode()).isEqualTo(200);

    HttpClient plain = HttpClient.newHttpClient();
    URI withoutTls = URI.create("http://127.0.0.1:" + server.webPort() + "/livez");
    assertThatThrownBy(
            () ->
                plain.send(
                    HttpRequest.newBuilder(withoutTls).timeout(Duration.ofSeconds(30)).build(),
                    HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  private static AccessToken token(String name, String rights) {
    return AccessToken.create(name, rights, null, new SecureRandom());
  }

  private PulsewatchServer server(String tokens) throws IOException {
    TestAuthority.Issued issued = authority.issue("server");
    Files.writeString(folder.resolve("certificate"), issued.certificate());
    Files.writeString(folder.resolve("key"), issued.key());
    Files.writeString(folder.resolve("tokens"), tokens);
    return grpc.add(
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .web("127.0.0.1", 0)
            .tls(folder.resolve("certificate"), folder.resolve("key"))
            .tokenFile(folder.resolve("tokens"))
            .start());
  }

  private HttpResponse<String> get(PulsewatchServer server, String path, String token)
      throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(trusting()).build();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.webPort() + path))
            .timeout(Duration.ofSeconds(30));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private SSLContext trusting() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    byte[] pem = authority.certificate().getBytes(StandardCharsets.US_ASCII);
    trusted.setCertificateEntry(
        "authority",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
