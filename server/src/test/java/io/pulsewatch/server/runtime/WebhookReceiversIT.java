package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.pulsewatch.server.hook.Letter;
import io.pulsewatch.server.hook.Outcome;
import io.pulsewatch.server.hook.Receiver;
import io.pulsewatch.server.hook.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A name server that does not answer: who waits for it, and who does not. */
@Tag("once")
@Timeout(60)
final class WebhookReceiversIT {
  private static final String DEAD = "dead";
  private static final int PARALLEL = 8;

  /** No resolver asks anybody for it: a label is too long. */
  private static final String NOBODY = "n".repeat(64) + ".example";

  private final Waiting waiting = new Waiting();
  private final ExecutorService others = Executors.newCachedThreadPool();
  private final BlockingQueue<Outcome> told = new LinkedBlockingQueue<>();
  private final WebhookReceivers receivers =
      new WebhookReceivers(
          Clocks.SYSTEM, (hook, parallel, queue) -> hook.equals(DEAD) ? waiting.in(queue) : others);
  @TempDir private Path folder;
  private Path secret = Path.of("");
  private HttpServer server;

  /** Threads that all wait for a name server until they are let go on. Thread-safe. */
  private static final class Waiting extends AbstractExecutorService {
    private volatile Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean isShut;

    Waiting in(Queue<Runnable> queue) {
      tasks = queue;
      return this;
    }

    int size() {
      return tasks.size();
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void goOn() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }

    @Override
    public void shutdown() {
      isShut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      isShut = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return isShut;
    }

    @Override
    public boolean isTerminated() {
      return isShut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  @BeforeEach
  void listen() throws Exception {
    secret = Files.writeString(folder.resolve("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    receivers.close();
    others.shutdownNow();
    server.stop(0);
  }

  private Receiver to(String name, String host) {
    URI url = URI.create("http://" + host + ":" + server.getAddress().getPort() + "/");
    return receivers.of(name, new Target.Webhook(url, secret, null), PARALLEL);
  }

  private Receiver.Flight send(Receiver receiver) {
    Letter letter =
        new Letter(1, "id", "type", "/s", "a/b", 0, ByteString.EMPTY, Map.of(), ByteString.EMPTY);
    return receiver.send(letter, 1, told::add);
  }

  private Outcome next() throws InterruptedException {
    Outcome outcome = told.poll(30, TimeUnit.SECONDS);
    if (outcome == null) {
      throw new AssertionError("nothing came of it");
    }
    return outcome;
  }

  /** Neither its caller, which is the thread of all hooks, nor another hook, nor a stop. */
  @Test
  void holdsNobodyElse() throws Exception {
    Receiver dead = to(DEAD, "127.0.0.1");
    List<Receiver.Flight> flights = new ArrayList<>();
    for (int i = 0; i < PARALLEL; i++) {
      flights.add(send(dead));
    }
    var unused = send(to("well", "127.0.0.1"));
    assertThat(next()).isEqualTo(new Outcome.Delivered("HTTP 204"));
    assertThat(told).isEmpty();
    flights.forEach(Receiver.Flight::cancel);
    for (int i = 0; i < PARALLEL; i++) {
      assertThat(next())
          .as("its time is over, and it waits on")
          .isEqualTo(new Outcome.Failed("given up"));
    }
    waiting.goOn();
    assertThat(told).as("told once").isEmpty();
  }

  /** The name is looked up on the threads of the hook, and not where it is sent from. */
  @Test
  void namesAreLookedUpOnTheThreadsOfTheHook() throws Exception {
    var unused = send(to(DEAD, NOBODY));
    assertThat(told).isEmpty();
    waiting.goOn();
    assertThat(next()).isEqualTo(new Outcome.Failed("cannot connect"));
  }

  /** What was given up waits on; the threads of a name server that never answers are not fed on. */
  @Test
  void whatWaitsIsLimited() throws Exception {
    Receiver dead = to(DEAD, NOBODY);
    for (int i = 0; i < WebhookReceivers.MAX_WAITING; i++) {
      send(dead).cancel();
      assertThat(next()).isEqualTo(new Outcome.Failed("given up"));
    }
    assertThatThrownBy(() -> send(dead))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("too many");
    assertThat(waiting.size()).isEqualTo(WebhookReceivers.MAX_WAITING);
    waiting.goOn();
    assertThat(told).as("told once").isEmpty();
    var unused = send(dead);
    waiting.goOn();
    assertThat(next()).isEqualTo(new Outcome.Failed("cannot connect"));
  }
}
