package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders and the server of this project. Confined to the test's thread. */
@Timeout(60)
final class SenderWithServerIT {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private static PulsewatchServer server(int port) throws IOException {
    return PulsewatchServer.builder().listen("127.0.0.1", port).start();
  }

  private static SenderBuilder sender(Told told, String... servers) {
    return PulsewatchSender.builder("orders", "o-1")
        .server(servers)
        .interval(INTERVAL)
        .timeout(TIMEOUT)
        .listener(told);
  }

  private static String address(PulsewatchServer server) {
    return "127.0.0.1:" + server.port();
  }

  @Test
  void isGrantedWhatItWishes() throws Exception {
    Told told = new Told();
    try (PulsewatchServer server = server(0);
        PulsewatchSender sender = sender(told, address(server)).start()) {
      assertThat(told.next()).startsWith("registered");
      Registration registration = sender.registration().orElseThrow();
      assertThat(registration.interval()).isEqualTo(INTERVAL);
      assertThat(registration.timeout()).isEqualTo(TIMEOUT);
      assertThat(registration.resumeWindow()).isEqualTo(TIMEOUT);
      assertThat(sender.incarnation()).hasValue(registration.incarnation());
    }
  }

  @Test
  void aServerThatForgotGivesANewIncarnation() throws Exception {
    Told told = new Told();
    PulsewatchServer first = server(0);
    int port = first.port();
    try (PulsewatchSender sender = sender(told, address(first)).start()) {
      assertThat(told.next()).startsWith("registered");
      long incarnation = sender.registration().orElseThrow().incarnation();
      first.close();
      try (PulsewatchServer second = server(port)) {
        assertThat(second.port()).isEqualTo(port);
        assertThat(told.next()).isEqualTo("expired");
        assertThat(told.next()).startsWith("registered");
        assertThat(sender.incarnation().orElseThrow()).isGreaterThan(incarnation);
      }
    }
  }

  @Test
  void aNewerIncarnationStopsIt() throws Exception {
    Told told = new Told();
    Told other = new Told();
    try (PulsewatchServer server = server(0);
        PulsewatchSender sender = sender(told, address(server)).start()) {
      assertThat(told.next()).startsWith("registered");
      long incarnation = sender.incarnation().orElseThrow();
      try (PulsewatchSender newer = sender(other, address(server)).takeOverOnConflict().start()) {
        assertThat(other.next()).startsWith("registered");
        assertThat(told.next()).isEqualTo("expired");
        assertThat(told.next()).isEqualTo("superseded");
        assertThat(sender.isCurrent()).isFalse();
        assertThat(newer.incarnation().orElseThrow()).isGreaterThan(incarnation);
      }
    }
  }

  @Test
  void aHeldNameIsGivenWhenItsHolderLeaves() throws Exception {
    Told first = new Told();
    Told second = new Told();
    try (PulsewatchServer server = server(0);
        PulsewatchSender holder = sender(first, address(server)).start()) {
      assertThat(first.next()).startsWith("registered");
      try (PulsewatchSender waiting = sender(second, address(server)).start()) {
        assertThat(second.nextOfAll()).isEqualTo("disconnected ALREADY_EXISTS");
        assertThat(waiting.isCurrent()).isFalse();
        assertThat(holder.isCurrent()).isTrue();
        holder.leave("made room");
        assertThat(second.next()).startsWith("registered");
        assertThat(waiting.isCurrent()).isTrue();
      }
    }
  }

  @Test
  void aStuckWorkerBehindAHealthySenderIsDegraded() throws Exception {
    Duration stallAfter = Duration.ofMillis(1_500);
    Told told = new Told();
    BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    WatchListener watching =
        new WatchListener() {
          @Override
          public void onChange(Change change) {
            if (change.getCause() != Cause.CAUSE_REGISTERED) {
              changes.add(change);
            }
          }
        };
    try (PulsewatchServer server = server(0);
        PulsewatchWatcher watcher =
            PulsewatchWatcher.builder().server(address(server)).listener(watching).start();
        PulsewatchSender sender =
            sender(told, address(server)).progress("orders", stallAfter).start()) {
      assertThat(told.next()).startsWith("registered");
      long stuckNanos = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        sender.progress("orders").tick();
        stuckNanos = System.nanoTime();
        Thread.sleep(10);
      }
      assertThat(changes).as("while it works").isEmpty();
      assertThat(next(changes, Cause.CAUSE_PROGRESS_STALLED)).isEqualTo(Status.STATUS_DEGRADED);
      long foundMillis = (System.nanoTime() - stuckNanos) / 1_000_000;
      System.out.printf("a stuck worker was DEGRADED after %d ms%n", foundMillis);
      assertThat(foundMillis)
          .as("up to an interval early; three times stall_after + one interval")
          .isBetween(
              stallAfter.minus(INTERVAL).toMillis() - 10,
              stallAfter.plus(INTERVAL).multipliedBy(3).toMillis());
      sender.progress("orders").tick();
      assertThat(next(changes, Cause.CAUSE_PROGRESS_STALLED)).isEqualTo(Status.STATUS_SERVING);
      assertThat(watcher.view()).hasSize(1);
    }
  }

  private static Status next(BlockingQueue<Change> changes, Cause cause)
      throws InterruptedException {
    Change change = changes.poll(20, TimeUnit.SECONDS);
    assertThat(change).isNotNull();
    assertThat(change.getCause()).isEqualTo(cause);
    return change.getInstance().getStatus();
  }

  /** What one listener was told. Thread-safe. */
  private static final class Told implements SenderListener {
    private static final long WAIT_SECONDS = 20;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** Waits for the next call but disconnections. */
    String next() throws InterruptedException {
      String line = nextOfAll();
      while (line.startsWith("disconnected")) {
        line = nextOfAll();
      }
      return line;
    }

    String nextOfAll() throws InterruptedException {
      String line = lines.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("nothing was told");
      }
      return line;
    }

    @Override
    public void onRegistered(Registration registration) {
      lines.add("registered " + registration.incarnation());
    }

    @Override
    public void onExpired() {
      lines.add("expired");
    }

    @Override
    public void onRestored() {
      lines.add("restored");
    }

    @Override
    public void onSuperseded(PulsewatchException cause) {
      lines.add("superseded");
    }

    @Override
    public void onFailed(PulsewatchException cause) {
      lines.add("failed " + cause.getMessage());
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      lines.add("disconnected " + cause.code());
    }
  }
}
