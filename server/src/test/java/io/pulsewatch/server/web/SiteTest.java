package io.pulsewatch.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.RoleWait;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.watch.WatchLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each path answers, and what it refuses. */
final class SiteTest {
  private static final String REGISTER =
      "{\"register\":{\"instance\":{\"service\":\"orders\",\"instanceId\":\"a\"},"
          + "\"interval\":\"60s\"}}";

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private final SiteRig rig = new SiteRig(grpc, WatchLimits.DEFAULT);

  @Test
  void tellsWhatThereIs() {
    assertThat(rig.answer("/").text()).contains("/v1/watch").endsWith("\n");
    WebAnswer unknown = rig.answer("/v1/service");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.contentType()).isEqualTo("application/json");
    assertThat(unknown.text())
        .contains("\"reason\":\"UNKNOWN_PATH\"", "GET / lists")
        .endsWith("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /livez, 'GET, HEAD'",
    "POST, /metrics, 'GET, HEAD'",
    "GET, /v1/beat, POST",
    "PUT, /v1/beat, POST",
    "DELETE, /v1/instances/orders/a, 'GET, HEAD'",
    "HEAD, /v1/watch, GET"
  })
  void anotherMethodIsMeant(String method, String address, String allowed) {
    WebAnswer answer = rig.ask(method, address, "").answered();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("allow", allowed);
    assertThat(answer.text()).contains("WRONG_METHOD", "Use " + allowed);
  }

  @Test
  void probesSayWhy() {
    assertThat(rig.answer("/livez").status()).isEqualTo(200);
    rig.readyToServe = false;
    assertThat(rig.answer("/livez").status()).isEqualTo(200);
    assertThat(rig.answer("/readyz").status()).isEqualTo(503);
    rig.alive = false;
    assertThat(rig.answer("/livez").status()).isEqualTo(503);
    assertThat(rig.answer("/livez").text()).isEqualTo("broken\n");
  }

  @Test
  void readsTheRegistry() {
    rig.world.register("orders/a", "zone=x").register("orders/b").register("billing/a");
    rig.world.go("orders/b", State.SUSPECT);
    assertThat(rig.answer("/v1/services").text())
        .contains("\"service\":\"orders\"", "\"counts\":{\"ALIVE\":\"1\",\"SUSPECT\":\"1\"}");
    assertThat(ids("/v1/instances")).containsExactly("a", "a", "b");
    assertThat(ids("/v1/instances?service=orders")).containsExactly("a", "b");
    assertThat(ids("/v1/instances?services=ord*,bill*&state=suspect")).containsExactly("b");
    assertThat(ids("/v1/instances?states=STATE_ALIVE&service=orders")).containsExactly("a");
    assertThat(ids("/v1/instances?selector=zone%20in%20(x,y)")).containsExactly("a");
    assertThat(rig.answer("/v1/instances/orders/b").text())
        .startsWith("{\"instance\":{")
        .contains("\"state\":\"STATE_SUSPECT\"")
        .endsWith("}\n");
    assertThat(rig.answer("/v1/instances/orders/b?pretty").text()).contains("{\n  \"instance\": {");
    assertThat(rig.answer("/v1/changes?service=orders&instance_id=b").text())
        .contains("CAUSE_REGISTERED", "CAUSE_STREAM_LOST");
  }

  @Test
  void readsTheRoles() {
    for (String role : List.of("orders-writer", "orders-reaper", "billing-writer")) {
      rig.world.view.onKept(waits(role));
    }
    assertThat(rig.answer("/v1/roles?role=*-writer").text())
        .contains("\"name\":\"billing-writer\"", "\"name\":\"orders-writer\"", "\"freeAt\":\"")
        .contains("\"former\":{\"service\":\"orders\",\"instanceId\":\"a\"}")
        .doesNotContain("reaper");
    String first = rig.answer("/v1/roles?page_size=2").text();
    String token = first.replaceFirst(".*\"nextPageToken\":\"([^\"]+)\".*\n", "$1");
    assertThat(first).contains("billing-writer", "orders-reaper").doesNotContain("orders-writer");
    assertThat(rig.answer("/v1/roles?page_size=2&page_token=" + token).text())
        .contains("orders-writer")
        .doesNotContain("nextPageToken");
  }

  private static Note waits(String role) {
    InstanceKey former = new InstanceKey("orders", "a");
    RoleWait wait =
        new RoleWait(role, former, 7, 8, 3_000_000_000L, true, null, "test", 1_000, 4_000);
    return new Note.RoleAwaited(role, former, wait);
  }

  @Test
  void listsGoOnFromPageToPage() {
    rig.world.register("orders/a").register("orders/b").register("orders/c");
    String first = rig.answer("/v1/instances?pageSize=2").text();
    String token = first.replaceFirst(".*\"nextPageToken\":\"([^\"]+)\".*\n", "$1");
    String second = rig.answer("/v1/instances?page_size=2&page_token=" + token).text();
    assertThat(first).contains("\"a\"", "\"b\"");
    assertThat(second).contains("\"c\"").doesNotContain("nextPageToken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/instances?colour=red | UNKNOWN_PARAMETER | label_selector, states, page_size",
        "/v1/instances?state=sick | BAD_PARAMETER | ALIVE, SUSPECT, DEAD, LEFT",
        "/v1/instances?page_size=-1 | BAD_PARAMETER | a number",
        "/v1/instances?page_size=5000000000 | BAD_PARAMETER | up to 4294967295",
        "/v1/instances?selector=a%20in | BAD_SELECTOR | expected",
        "/v1/instances?page_token=x | BAD_TOKEN | page_token",
        "/v1/instances?pretty=maybe | BAD_PARAMETER | true or false",
        "/v1/roles?colour=red | UNKNOWN_PARAMETER | roles, page_size, page_token",
        "/v1/roles?role=a/b | BAD_GLOB | expected",
        "/v1/services?service=a/b | BAD_GLOB | expected",
        "/v1/watch?bookmark_interval=often | BAD_PARAMETER | 10s",
        "/v1/watch?delivery=fast | BAD_PARAMETER | LATEST, EVERY_CHANGE",
        "/v1/watch?bookmark_interval=1h | BAD_PARAMETER | seconds",
      })
  void saysWhatIsWrongWithAQuestion(String address, String reason, String expected) {
    WebAnswer answer = rig.answer(address);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text())
        .contains("\"code\":\"INVALID_ARGUMENT\"", "\"reason\":\"" + reason, expected);
  }

  @Test
  void beatsRegisterRenewAndLeave() {
    Reader first = rig.ask("POST", "/v1/beat", REGISTER);
    rig.engine.turn();
    assertThat(first.answered().status()).isEqualTo(200);
    String token =
        first.answered().text().replaceFirst(".*\"sessionToken\":\"([^\"]+)\".*\n", "$1");
    Reader second =
        rig.ask("POST", "/v1/beat", "{\"sessionToken\":\"" + token + "\",\"heartbeat\":{}}");
    rig.engine.turn();
    assertThat(second.answered().text()).startsWith("{\"ack\":{\"sequence\":\"2\"");
    Reader last =
        rig.ask(
            "POST",
            "/v1/beat",
            "{\"sessionToken\":\"" + token + "\",\"leave\":{\"reason\":\"done\"}}");
    rig.engine.turn();
    assertThat(last.answered().text()).contains("\"state\":\"STATE_LEFT\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"register\":{\"instanse\":{}}}", "{\"heartbeat\":{\"hold\":5}}"})
  void saysWhatIsWrongWithABeat(String body) {
    WebAnswer answer = rig.ask("POST", "/v1/beat", body).answered();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("BAD_JSON", "expected: ");
  }

  @Test
  void aRefusalHasItsStatusAndItsWait() {
    String byA = REGISTER.replace("\"interval\"", "\"processId\":\"p1\",\"interval\"");
    rig.ask("POST", "/v1/beat", byA.replace("60s", "60s"));
    rig.engine.turn();
    rig.engine.stopJudging();
    WebAnswer stopped = rig.ask("POST", "/v1/beat", REGISTER).answered();
    assertThat(stopped.status()).isEqualTo(503);
    assertThat(stopped.headers()).containsEntry("retry-after", "1");
    assertThat(stopped.text()).contains("\"code\":\"UNAVAILABLE\"", "NOT_JUDGING");
  }

  @Test
  void noPageOfAnotherSiteMayBeat() {
    WebAnswer foreign =
        rig.ask(
                "POST",
                "/v1/beat",
                REGISTER,
                "origin",
                "http://evil.example",
                "host",
                "localhost:5781")
            .answered();
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.text()).contains("FOREIGN_ORIGIN");
    Reader own =
        rig.ask(
            "POST",
            "/v1/beat",
            REGISTER,
            "origin",
            "http://localhost:5781",
            "host",
            "localhost:5781");
    rig.engine.turn();
    assertThat(own.answered().status()).isEqualTo(200);
  }

  /** What a browser sends of a page whose name leads to this machine. */
  @ParameterizedTest
  @CsvSource({
    "evil.example:5781, 403",
    "localhost.evil.example, 403",
    "1.2.3.4.evil.example, 403",
    "localhost:5781, 200",
    "pulse.localhost, 200",
    "127.0.0.1:5781, 200",
    "[::1]:5781, 200"
  })
  void aNameOfAnotherSiteIsNotAnsweredOnThisMachine(String host, int status) {
    WebAnswer answer = rig.answer("/v1/services", "host", host);
    assertThat(answer.status()).isEqualTo(status);
    if (status == 403) {
      assertThat(answer.text()).contains("FOREIGN_HOST", "localhost or an address");
    }
    assertThat(rig.answer("/livez", "host", host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /metrics, watch",
    "GET, /v1/services, watch",
    "GET, /v1/instances, watch",
    "GET, /v1/instances/orders/a, watch",
    "GET, /v1/roles, watch",
    "GET, /v1/changes, watch",
    "GET, /v1/watch, watch",
    "POST, /v1/beat, beat"
  })
  void credentialsAreLookedAt(String method, String address, String right) {
    rig.guarded = true;
    WebAnswer missing = rig.ask(method, address, REGISTER).answered();
    assertThat(missing.status()).isEqualTo(401);
    assertThat(missing.headers()).containsEntry("www-authenticate", "Bearer realm=\"pulsewatch\"");
    assertThat(missing.text()).contains("\"reason\":\"TOKEN_MISSING\"");
    WebAnswer unknown = rig.ask(method, address, REGISTER, "authorization", "Bearer x").answered();
    assertThat(unknown.status()).isEqualTo(401);
    WebAnswer expired =
        rig.ask(method, address, REGISTER, "authorization", "Bearer old").answered();
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.text()).contains("\"reason\":\"TOKEN_EXPIRED\"");
    String other = right.equals("watch") ? "beat" : "watch";
    WebAnswer wrong =
        rig.ask(method, address, REGISTER, "authorization", "Bearer " + other).answered();
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.text()).contains("\"reason\":\"NO_RIGHT\"");
    Reader good = rig.ask(method, address, REGISTER, "authorization", "Bearer " + right);
    rig.engine.turn();
    rig.turn();
    if (address.equals("/v1/watch")) {
      assertThat(good.take()).contains("event: snapshot_begin\n");
    } else {
      assertThat(good.answered().status()).isIn(200, 404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/livez", "/readyz"})
  void whatTellsOfNobodyNeedsNoCredentials(String address) {
    rig.guarded = true;
    assertThat(rig.answer(address).status()).isEqualTo(200);
  }

  private List<String> ids(String address) {
    return List.of(rig.answer(address).text().split("\"instanceId\":\"", -1)).stream()
        .skip(1)
        .map(rest -> rest.substring(0, rest.indexOf('"')))
        .toList();
  }
}
