package io.pulsewatch.server.web;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.metrics.Metrics;
import io.pulsewatch.server.transport.Access;
import io.pulsewatch.server.transport.Authenticator;
import io.pulsewatch.server.transport.RefusalLog;
import io.pulsewatch.server.transport.Right;
import io.pulsewatch.server.transport.Statuses;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the web port answers: who may ask, and who answers. Thread-safe; called on the
 * event loop of the request, and returns at once.
 */
public final class Site {
  private static final String READ = "GET, HEAD";

  private final Authenticator authenticator;
  private final RefusalLog refusals;
  private final Condition condition;
  private final Metrics metrics;
  private final Api api;

  public Site(
      Authenticator authenticator,
      RefusalLog refusals,
      Condition condition,
      Metrics metrics,
      Api api) {
    this.authenticator = authenticator;
    this.refusals = refusals;
    this.condition = condition;
    this.metrics = metrics;
    this.api = api;
  }

  /** Answers a request, now or later. */
  public void handle(WebRequest request, Exchange exchange) {
    try {
      route(request, exchange);
    } catch (Refusal e) {
      exchange.answer(e.answer());
    } catch (StatusRuntimeException e) {
      exchange.answer(Failure.of(e).answer());
    }
  }

  private void route(WebRequest request, Exchange exchange) {
    List<String> path = request.path();
    String first = path.isEmpty() ? "" : path.get(0);
    if (path.size() <= 1) {
      switch (first) {
        case "" -> read(request, exchange, WebAnswer.plain(200, Index.TEXT));
        case "livez" -> read(request, exchange, probe(condition.isAlive()));
        case "readyz" -> read(request, exchange, probe(condition.isReady()));
        case "metrics" -> {
          mayRead(request);
          pass(request, Right.WATCH);
          Metrics.Page page = metrics.page(request.header("accept"));
          exchange.answer(new WebAnswer(200, page.contentType(), Map.of(), page.text()));
        }
        default -> throw unknown(path);
      }
    } else if (first.equals("v1")) {
      api(request, exchange);
    } else {
      throw unknown(path);
    }
  }

  private void api(WebRequest request, Exchange exchange) {
    List<String> path = request.path();
    switch (path.get(1) + "/" + path.size()) {
      case "beat/2" -> {
        mayPost(request);
        pass(request, Right.BEAT);
        api.beat(request, exchange);
      }
      case "services/2" -> {
        mayWatch(request);
        api.services(request, exchange);
      }
      case "instances/2" -> {
        mayWatch(request);
        api.instances(request, exchange);
      }
      case "instances/4" -> {
        mayWatch(request);
        api.instance(path.get(2), path.get(3), request, exchange);
      }
      case "roles/2" -> {
        mayWatch(request);
        api.roles(request, exchange);
      }
      case "changes/2" -> {
        mayWatch(request);
        api.changes(request, exchange);
      }
      case "watch/2" -> {
        if (!request.method().equals("GET")) {
          throw Refusal.method(request, "GET");
        }
        api.watch(request, mayWatch(request), exchange);
      }
      default -> throw unknown(path);
    }
  }

  private Access.Pass mayWatch(WebRequest request) {
    mayRead(request);
    return pass(request, Right.WATCH);
  }

  private Access.Pass pass(WebRequest request, Right right) {
    Access access = authenticator.check(request.header("authorization")).allowing(right);
    if (access instanceof Access.Pass pass) {
      if (pass.equals(Access.Pass.EVERYBODY) && request.isMisled()) {
        throw Statuses.of(
            Status.Code.PERMISSION_DENIED,
            "FOREIGN_HOST",
            "host: "
                + request.header("host")
                + " (expected: localhost or an address). Without tokens"
                + " no other name is answered on this machine: a page of that name could ask.");
      }
      return pass;
    }
    Access.Denied denied = (Access.Denied) access;
    refusals.onRefused(
        denied, request.method() + " /" + String.join("/", request.path()), request.peer());
    throw Statuses.of(denied);
  }

  private WebAnswer probe(boolean good) {
    return WebAnswer.plain(good ? 200 : 503, condition.words() + "\n");
  }

  private static void read(WebRequest request, Exchange exchange, WebAnswer answer) {
    mayRead(request);
    exchange.answer(answer);
  }

  private static void mayRead(WebRequest request) {
    if (!request.isRead()) {
      throw Refusal.method(request, READ);
    }
  }

  private static void mayPost(WebRequest request) {
    if (!request.method().equals("POST")) {
      throw Refusal.method(request, "POST");
    }
    String origin = request.header("origin");
    if (origin != null && !isOwn(origin, request.header("host"))) {
      throw Statuses.of(
          Status.Code.PERMISSION_DENIED,
          "FOREIGN_ORIGIN",
          "A page of " + origin + " may not send beats. Send them from a program.");
    }
  }

  /** A page from anywhere may make a browser post here; no program names an origin. */
  private static boolean isOwn(String origin, @Nullable String host) {
    return host != null && origin.endsWith("://" + host);
  }

  private static StatusRuntimeException unknown(List<String> path) {
    return Statuses.of(
        Status.Code.NOT_FOUND,
        "UNKNOWN_PATH",
        "/" + String.join("/", path) + ": nothing is here. GET / lists what there is.");
  }
}
