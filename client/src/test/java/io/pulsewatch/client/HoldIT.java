package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An announced pause, with senders and a server that are real: timeout 1 s. Confined to the test's
 * thread.
 */
@Tag("alone")
@Tag("once")
@Timeout(60)
final class HoldIT {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration HOLD = Duration.ofSeconds(4);

  private final ToldChanges changes = new ToldChanges(System::nanoTime);

  private static PulsewatchServer server() throws IOException {
    return PulsewatchServer.builder().listen("127.0.0.1", 0).start();
  }

  private PulsewatchWatcher watcher(String address) {
    return PulsewatchWatcher.builder().server(address).everyChange().listener(changes).start();
  }

  private static String address(PulsewatchServer server) {
    return "127.0.0.1:" + server.port();
  }

  /** Stopped for 2.5 s with a timeout of 1 s: nobody doubts it, its fence does not fire. */
  @Test
  void aProcessThatIsStoppedWithinItsHoldIsNotDoubted() throws Exception {
    try (PulsewatchServer server = server();
        PulsewatchWatcher watcher = watcher(address(server));
        ChildSender sender = ChildSender.start(address(server), INTERVAL, TIMEOUT)) {
      assertThat(sender.next()).isEqualTo("registered");
      sender.hold(HOLD);
      Change told = changes.next(State.STATE_ALIVE, Cause.CAUSE_REPORTED).change();
      assertThat(told.getInstance().hasHoldUntil()).isTrue();
      long heldSeconds = told.getInstance().getHoldUntil().getSeconds() - told.getAt().getSeconds();
      assertThat(heldSeconds).isBetween(HOLD.toSeconds() - 1, HOLD.toSeconds() + 1);

      Thread.sleep(500); // its ack has come, and was read: watchers are told no later
      sender.signal("STOP");
      Thread.sleep(2_500);
      assertThat(watcher.view().values())
          .singleElement()
          .satisfies(
              instance -> {
                assertThat(instance.getState()).isEqualTo(State.STATE_ALIVE);
                assertThat(instance.hasHoldUntil()).isTrue();
              });
      sender.signal("CONT");
      Change over = lastHold();
      assertThat(over.getInstance().hasHoldUntil()).isFalse();
      assertThat(sender.rest()).as("no fence fired").isEmpty();
      assertThat(changes.states()).containsOnly(State.STATE_ALIVE);
    }
  }

  /** It says what is left of its pause with each beat, and with the last one that it is over. */
  private Change lastHold() throws InterruptedException {
    Change change = changes.first(Cause.CAUSE_REPORTED).change();
    while (change.getInstance().hasHoldUntil()) {
      change = changes.first(Cause.CAUSE_REPORTED).change();
    }
    return change;
  }

  /** It is not heard again: no doubt before, and dead when its pause is over. */
  @Test
  void aProcessThatStaysStoppedIsDeadWhenItsHoldIsOver() throws Exception {
    try (PulsewatchServer server = server();
        PulsewatchWatcher watcher = watcher(address(server));
        ChildSender sender = ChildSender.start(address(server), INTERVAL, TIMEOUT)) {
      assertThat(sender.next()).isEqualTo("registered");
      long heldNanos = System.nanoTime();
      sender.hold(HOLD);
      changes.next(State.STATE_ALIVE, Cause.CAUSE_REPORTED);
      sender.signal("STOP");
      ToldChanges.Told dead = changes.first(Cause.CAUSE_HOLD_EXPIRED);
      assertThat(dead.change().getInstance().getState()).isEqualTo(State.STATE_DEAD);
      assertThat(dead.atNanos() - heldNanos).isGreaterThanOrEqualTo(HOLD.toNanos());
      assertThat(changes.states()).doesNotContain(State.STATE_SUSPECT);
      assertThat(watcher.view()).hasSize(1);
    }
  }

  /**
   * Its path swallows everything from the announcement on: it knows before the server says it, and
   * not before its fence, which for a hold of 4 s is at least 0.2 s and 8 ms before the end of it.
   */
  @Test
  void theFenceWaitsAsLongAndIsFirst() throws Exception {
    CompletableFuture<Long> expired = new CompletableFuture<>();
    SenderListener listener =
        new SenderListener() {
          @Override
          public void onExpired() {
            expired.complete(System.nanoTime());
          }
        };
    try (PulsewatchServer server = server();
        Relay relay = new Relay(server.port());
        PulsewatchWatcher watcher = watcher(address(server));
        PulsewatchSender sender =
            PulsewatchSender.builder("orders", "o-1")
                .server(relay.address())
                .interval(INTERVAL)
                .timeout(TIMEOUT)
                .listener(listener)
                .start()) {
      while (!sender.isCurrent()) {
        Thread.sleep(10);
      }
      long heldNanos = System.nanoTime();
      sender.hold(HOLD);
      changes.next(State.STATE_ALIVE, Cause.CAUSE_REPORTED);
      while (sender.standing().fenceAtNanos() - heldNanos < HOLD.toNanos() / 2) {
        Thread.sleep(10); // watchers may be told before its ack is read
      }
      relay.fallSilent();
      Thread.sleep(HOLD.toMillis() / 2);
      assertThat(sender.isCurrent()).as("after twice its timeout").isTrue();
      ToldChanges.Told dead = changes.first(Cause.CAUSE_HOLD_EXPIRED);
      long expiredNanos = expired.get(1, TimeUnit.SECONDS);
      long earliest = HOLD.toNanos() - Duration.ofMillis(208).toNanos();
      System.out.printf(
          "hold of %d ms: the fence fired after %d ms, DEAD was told after %d ms%n",
          HOLD.toMillis(),
          (expiredNanos - heldNanos) / 1_000_000,
          (dead.atNanos() - heldNanos) / 1_000_000);
      assertThat(expiredNanos - heldNanos).isGreaterThanOrEqualTo(earliest);
      assertThat(expiredNanos).isLessThan(dead.atNanos());
      assertThat(dead.atNanos() - heldNanos).isGreaterThanOrEqualTo(HOLD.toNanos());
      assertThat(sender.isCurrent()).isFalse();
      assertThat(changes.states()).doesNotContain(State.STATE_SUSPECT);
      assertThat(watcher.view()).hasSize(1);
    }
  }
}
