package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} with its web port and its log, as a process. Confined to the test's thread. */
final class ServeWebIT {
  private static final String BEAT =
      "{\"register\":{\"instance\":{\"service\":\"orders\",\"instanceId\":\"a\"},"
          + "\"interval\":\"60s\"}}";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  /** The file is looked at, with the secrets that it names, before anything is logged. */
  private String settings() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    return Files.writeString(
            folder.resolve("pulsewatch.yaml"),
            String.join(
                "\n",
                "log-format: json",
                "hooks:",
                "  - name: pager",
                "    url: http://127.0.0.1:1/",
                "    secret: " + secret,
                "    states: [DEAD]",
                ""))
        .toString();
  }

  @Test
  void logsAChangeOfStateAsJson() throws Exception {
    try (Launched serve =
        Launched.start(
            "serve",
            "--memory",
            "--listen",
            "127.0.0.1:0",
            "--web",
            "127.0.0.1:0",
            "--config",
            settings())) {
      String web = web(serve);
      assertThat(send(HttpRequest.newBuilder(URI.create(web + "readyz"))).statusCode())
          .isEqualTo(200);
      HttpRequest.Builder beat = HttpRequest.newBuilder(URI.create(web + "v1/beat"));
      send(beat.POST(HttpRequest.BodyPublishers.ofString(BEAT)));
      JsonObject line = JsonParser.parseString(serve.error("\"orders\"")).getAsJsonObject();
      assertThat(line.get("service").getAsString()).isEqualTo("orders");
      assertThat(line.get("instance").getAsString()).isEqualTo("a");
      assertThat(line.get("from").getAsString()).isEmpty();
      assertThat(line.get("to").getAsString()).isEqualTo("ALIVE");
      assertThat(line.get("cause").getAsString()).isEqualTo("REGISTERED");
      assertThat(line.get("silenceSeconds").getAsDouble()).isZero();
      assertThat(line.get("revision").getAsLong()).isPositive();
      assertThat(line.get("level").getAsString()).isEqualTo("INFO");
      assertThat(line.get("formattedMessage").getAsString()).startsWith("orders/a - -> ALIVE");
    }
  }

  @Test
  void goesWithoutAWebPortWhereNoneIsWanted() throws Exception {
    try (Launched serve =
        Launched.start("serve", "--memory", "--listen", "127.0.0.1:0", "--web", "off")) {
      serve.line("listens on");
      serve.signal("TERM");
      assertThat(serve.exitCode()).isZero();
      assertThat(serve.rest()).doesNotContain("in a browser", "no web port");
    }
    try (Launched serve =
        Launched.start("serve", "--memory", "--listen", "127.0.0.1:0", "--web", "0.0.0.0:0")) {
      serve.error("will not listen on 0.0.0.0:0: others can reach it");
      assertThat(serve.exitCode()).isEqualTo(ExitCodes.REFUSED);
    }
  }

  private static String web(Launched serve) throws InterruptedException {
    String line = serve.line("in a browser: ");
    return line.substring(line.indexOf("http"));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(
        request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
