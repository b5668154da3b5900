package io.pulsewatch.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pulsewatch.server.hook.Secrets;
import io.pulsewatch.v1.Change;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who takes webhooks, well or badly, and writes down what came. Guarded by {@code this},
 * but for its sockets.
 */
final class HookReceiver implements AutoCloseable {
  /** Nobody counts it down. */
  private static final CountDownLatch LATE = new CountDownLatch(1);

  private final Secrets secrets;
  private final int port;
  private final List<Change> seen = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Set<String> now = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private @Nullable HttpServer server;
  private @Nullable ExecutorService threads;
  private Mood mood = Mood.WELL;

  /** How it takes them. */
  enum Mood {
    WELL,
    FAILING,
    /** Longer than the hook waits. */
    SLOW,
    RESETTING
  }

  HookReceiver(String secret, int port) {
    this.secrets = Secrets.parse(secret);
    this.port = port;
  }

  int port() {
    return port;
  }

  synchronized void up() throws IOException {
    HttpServer next =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
    ExecutorService pool = Executors.newCachedThreadPool();
    next.setExecutor(pool);
    next.createContext("/hook", this::take);
    next.start();
    server = next;
    threads = pool;
  }

  synchronized void down() {
    if (server != null && threads != null) {
      server.stop(0);
      threads.shutdownNow();
      server = null;
    }
  }

  synchronized void is(Mood next) {
    mood = next;
  }

  /** Each change in the order in which it came, as often as it came. */
  synchronized List<Change> seen() {
    return List.copyOf(seen);
  }

  /** Of each change, as {@link #seen}. */
  synchronized List<String> ids() {
    return List.copyOf(ids);
  }

  /** What must not be. */
  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void close() {
    down();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Change change = change(body);
    String subject = header(exchange, "ce-subject");
    Mood how = begin(exchange, body, change, subject);
    try {
      if (how == Mood.SLOW && LATE.await(1, TimeUnit.SECONDS)) {
        throw new AssertionError("somebody counted it down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(subject);
    }
    if (how == Mood.RESETTING) {
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(how == Mood.FAILING ? 500 : 204, -1);
    exchange.close();
  }

  private synchronized Mood begin(
      HttpExchange exchange, byte[] body, Change change, String subject) {
    String id = header(exchange, "webhook-id");
    long seconds = Long.parseLong(header(exchange, "webhook-timestamp"));
    if (!secrets.sign(id, seconds, body).equals(header(exchange, "webhook-signature"))) {
      faults.add("signature of " + id);
    }
    if (!id.equals(header(exchange, "ce-id")) || !id.endsWith("-" + change.getRevision())) {
      faults.add("id " + id + " of revision " + change.getRevision());
    }
    if (mood != Mood.SLOW && !now.add(subject)) {
      faults.add("two at once of " + subject);
    }
    seen.add(change);
    ids.add(id);
    return mood;
  }

  private synchronized void end(String subject) {
    now.remove(subject);
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static Change change(byte[] body) throws InvalidProtocolBufferException {
    Change.Builder change = Change.newBuilder();
    JsonFormat.parser().merge(new String(body, StandardCharsets.UTF_8), change);
    return change.build();
  }
}
