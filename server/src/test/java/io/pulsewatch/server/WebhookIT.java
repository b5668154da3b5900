package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.testing.TestAuthority;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What receivers answer on real sockets, and whom a webhook trusts. */
@Tag("once")
@Timeout(60)
final class WebhookIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private Path secret = Path.of("");

  @BeforeEach
  void write() throws IOException {
    secret = Files.writeString(folder.resolve("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  }

  private int listen(HttpServer server, HttpHandler handler) throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          handler.handle(exchange);
        });
    server.start();
    grpc.add(
        () -> {
          server.stop(0);
          threads.shutdownNow();
        });
    return server.getAddress().getPort();
  }

  private TestHookResponse tried(Hook.Builder hook) throws Exception {
    int port =
        grpc.add(
                PulsewatchServer.builder()
                    .listen("127.0.0.1", 0)
                    .ioThreads(1)
                    .withHook(hook.timeout(Duration.ofSeconds(2)).build())
                    .start())
            .port();
    return AdminServiceGrpc.newBlockingStub(Sockets.channel(grpc, port))
        .testHook(TestHookRequest.newBuilder().setName("pager").build());
  }

  private TestHookResponse plain(HttpHandler handler) throws Exception {
    int port = listen(HttpServer.create(), handler);
    return tried(Hook.webhook("pager", URI.create("http://127.0.0.1:" + port + "/"), secret));
  }

  private TestHookResponse encrypted(TestAuthority trusted, TestAuthority.Issued issued)
      throws Exception {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(context(issued)));
    int port = listen(server, WebhookIT::empty);
    Path ca = Files.writeString(folder.resolve("ca"), trusted.certificate());
    return tried(
        Hook.webhook("pager", URI.create("https://127.0.0.1:" + port + "/"), secret)
            .authorities(ca));
  }

  private static SSLContext context(TestAuthority.Issued issued) throws Exception {
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(issued.certificate().getBytes(StandardCharsets.US_ASCII)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "it", issued.keys().getPrivate(), new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static void empty(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  @Test
  void trustsWhomItIsToldToTrust() throws Exception {
    TestAuthority authority = new TestAuthority("an authority");
    assertThat(encrypted(authority, authority.issue("receiver")).getOutcome())
        .isEqualTo("HTTP 204");
  }

  @Test
  void andNobodyElse() throws Exception {
    TestAuthority stranger = new TestAuthority("a stranger");
    TestHookResponse came =
        encrypted(new TestAuthority("an authority"), stranger.issue("receiver"));
    assertThat(came.getDelivered()).isFalse();
    assertThat(came.getOutcome()).contains("SSLHandshakeException");
    assertThat(asked).hasValue(0);
  }

  @Test
  void whoTalksWithoutEndWasUnderstood() throws Exception {
    TestHookResponse came =
        plain(
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                  body.write(new byte[8_192]);
                }
              }
            });
    assertThat(came.getOutcome()).isEqualTo("HTTP 200");
    assertThat(came.getTook().getSeconds()).isLessThan(2);
  }

  @Test
  void whoStopsInTheMiddleIsHungUpOn() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    TestHookResponse came =
        plain(
            exchange -> {
              exchange.sendResponseHeaders(200, 10);
              exchange.getResponseBody().write(1);
              exchange.getResponseBody().flush();
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(came.getDelivered()).isFalse();
    assertThat(came.getOutcome()).isEqualTo("no answer within 2000 ms");
  }

  @Test
  void redirectsAreFollowedNowhere() throws Exception {
    TestHookResponse came =
        plain(
            exchange -> {
              exchange.getResponseHeaders().add("location", "/elsewhere");
              exchange.sendResponseHeaders(307, -1);
              exchange.close();
            });
    assertThat(came.getDelivered()).isFalse();
    assertThat(came.getOutcome()).isEqualTo("HTTP 307");
    assertThat(asked).hasValue(1);
  }
}
