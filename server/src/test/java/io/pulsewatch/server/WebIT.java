package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The web port on sockets. */
@Timeout(120)
final class WebIT {
  private static final String BEAT =
      "{\"register\":{\"instance\":{\"service\":\"orders\",\"instanceId\":\"%s\"},"
          + "\"interval\":\"60s\"}}";

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void tellsHowItIsAndWhatItCounts() throws Exception {
    PulsewatchServer server = server(Limits.DEFAULT);
    TestStream stream =
        TestStream.open(Sockets.channel(grpc, server.port()), PATIENCE_MILLIS)
            .send(register("orders/a"));
    stream.registered();
    TestStream refused =
        TestStream.open(Sockets.channel(grpc, server.port()), PATIENCE_MILLIS)
            .send(register("orders/b c"));
    assertThat(refused.fault().code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(get(server, "/livez").body()).startsWith("ok");
    HttpResponse<String> ready = get(server, "/readyz");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).startsWith("ok: ").contains(", warming up");
    assertThat(ready.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    HttpResponse<String> metrics = get(server, "/metrics");
    assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(metrics.body())
        .contains("pulsewatch_instances{state=\"ALIVE\"} 1.0\n", "pulsewatch_streams 1.0\n")
        .contains("pulsewatch_grpc_calls_total{code=\"INVALID_ARGUMENT\"} 1.0\n");
  }

  @Test
  void beatsWatchesAndReads() throws Exception {
    PulsewatchServer server = server(Limits.DEFAULT);
    try (Events events = new Events(server, "/v1/watch?service=ord*", "")) {
      assertThat(events.next("event: ")).isEqualTo("snapshot_begin");
      String atStart = events.next("id: ");
      HttpResponse<String> beat = post(server, "/v1/beat", BEAT.formatted("a"));
      assertThat(beat.statusCode()).as(beat.body()).isEqualTo(200);
      assertThat(beat.body()).contains("\"registered\":{", "\"ack\":{").endsWith("}\n");
      assertThat(events.next("event: changes")).isEmpty();
      assertThat(events.next("data: ")).contains("\"cause\":\"CAUSE_REGISTERED\"");

      // A browser that comes back names the last event that it saw.
      try (Events again = new Events(server, "/v1/watch?service=ord*", atStart)) {
        assertThat(again.next("event: ")).isEqualTo("bookmark");
        assertThat(again.next("event: ")).isEqualTo("changes");
        assertThat(again.next("data: ")).contains("\"cause\":\"CAUSE_REGISTERED\"");
      }
    }
    assertThat(get(server, "/v1/services").body()).contains("\"service\":\"orders\"");
    assertThat(get(server, "/v1/instances?state=ALIVE").body()).contains("\"instanceId\":\"a\"");
    assertThat(get(server, "/v1/instances/orders/a?pretty").body())
        .contains("\"state\": \"STATE_ALIVE\",\n");
    assertThat(get(server, "/v1/changes").body()).contains("CAUSE_REGISTERED");
    assertThat(get(server, "/v1/roles?role=orders-*").body()).startsWith("{\"revision\":\"");
    HttpResponse<String> unknown = get(server, "/v1/instances/orders/b");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body())
        .startsWith(
            "{\"code\":\"NOT_FOUND\",\"reason\":\"UNKNOWN_INSTANCE\",\"message\":\"orders/b");
  }

  @Test
  void manyRequestsOnOneConnection() throws Exception {
    PulsewatchServer server = server(Limits.DEFAULT);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.webPort())) {
      String get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
      write(
          socket,
          get + "HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" + get.replace("1.1", "1.0"));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      assertThat(all.split("\r\n\r\nok", -1)).as("a HEAD has no body").hasSize(3);
    }
  }

  @Test
  void oneConnectionTooManyIsTold() throws Exception {
    PulsewatchServer server = server(limits(1, 60));
    try (Socket first = connect(server)) {
      write(first, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(first.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      HttpResponse<String> second = get(server, "/livez");
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.body()).contains("LIMIT_WEB_CONNECTIONS");
    }
  }

  @Test
  void whatIsTooLongOrStrangeIsRefused() throws Exception {
    PulsewatchServer server = server(Limits.DEFAULT);
    assertThat(post(server, "/v1/beat", " ".repeat(70_000)).statusCode()).isEqualTo(413);
    try (Socket strange = connect(server)) {
      write(strange, "HELLO\r\n\r\n");
      assertThat(answer(strange)).startsWith("HTTP/1.1 400 ").contains("BAD_REQUEST");
    }
    try (Socket tooLong = connect(server)) {
      write(tooLong, "GET /livez HTTP/1.1\r\nX: " + "x".repeat(10_000) + "\r\n\r\n");
      assertThat(answer(tooLong)).startsWith("HTTP/1.1 431 ");
    }
  }

  /** One byte after another keeps nobody's place for long. */
  @Test
  void whoDawdlesIsSentAway() throws Exception {
    PulsewatchServer server = server(limits(100, 1));
    try (Socket silent = connect(server);
        Socket slow = connect(server)) {
      long begun = System.nanoTime();
      write(slow, "GET /livez HTTP/1.1\r\nX: ");
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(slow.getInputStream().read()).isEqualTo(-1);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isBetween(900L, 10_000L);
    }
  }

  @Test
  void endsWithTheServer() throws Exception {
    PulsewatchServer server = server(Limits.DEFAULT);
    try (Events events = new Events(server, "/v1/watch", "")) {
      events.next("event: snapshot_end");
      server.close();
      assertThat(events.next("event: goodbye")).isEmpty();
      assertThat(events.next("event: error")).isEmpty();
      assertThat(events.next("data: ")).contains("\"code\":\"UNAVAILABLE\"");
    }
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.webPort()).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void itsPortMayBeTakenWhereItIsNotNeeded() throws Exception {
    PulsewatchServer first = server(Limits.DEFAULT);
    int taken = first.webPort();
    assertThatThrownBy(
            () -> PulsewatchServer.builder().listen("127.0.0.1", 0).web("127.0.0.1", taken).start())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("web port: ");
    PulsewatchServer without =
        grpc.add(
            PulsewatchServer.builder()
                .listen("127.0.0.1", 0)
                .webIfFree("127.0.0.1", taken)
                .start());
    assertThat(without.webPort()).isZero();
    assertThatThrownBy(
            () -> PulsewatchServer.builder().listen("127.0.0.1", 0).web("0.0.0.0", 0).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("web host: ");
  }

  private PulsewatchServer server(Limits limits) throws IOException {
    return grpc.add(
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .web("127.0.0.1", 0)
            .limits(limits)
            .start());
  }

  private HttpResponse<String> get(PulsewatchServer server, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(server, path)).timeout(Duration.ofSeconds(30)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(PulsewatchServer server, String path, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(server, path))
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(PulsewatchServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.webPort() + path);
  }

  private static Socket connect(PulsewatchServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.webPort());
    socket.setSoTimeout((int) PATIENCE_MILLIS);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Limits limits(int maxWebConnections, int webRequestSeconds) {
    return Limits.DEFAULT.with(
        Map.of("max_web_connections", maxWebConnections, "web_request_seconds", webRequestSeconds));
  }

  /** An open answer, read line by line. */
  private final class Events implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;

    Events(PulsewatchServer server, String path, String last) throws Exception {
      HttpRequest.Builder request = HttpRequest.newBuilder(uri(server, path));
      HttpResponse<InputStream> answer =
          http.send(
              (last.isEmpty() ? request : request.header("Last-Event-ID", last)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
      body = answer.body();
      lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** The rest of the next line that begins so. */
    String next(String prefix) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(prefix)) {
          return line.substring(prefix.length());
        }
      }
      throw new AssertionError("ended before " + prefix);
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
