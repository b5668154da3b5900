package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One heartbeat is swallowed on its way. The server doubts, tells the suspect so on the stream that
 * is still open, and the suspect answers at once: long before its next heartbeat is due. Confined
 * to the test's thread.
 */
@Timeout(60)
final class RefutalIT {
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final Duration SUSPECT_AFTER = Duration.ofMillis(3_300);

  @Test
  void aSuspectWithAnOpenStreamIsToldAndRefutesAtOnce() throws Exception {
    ToldChanges changes = new ToldChanges(System::nanoTime);
    try (PulsewatchServer server =
            PulsewatchServer.builder().listen("127.0.0.1", 0).withoutProbes().start();
        Relay relay = new Relay(server.port());
        PulsewatchWatcher watcher =
            PulsewatchWatcher.builder()
                .server("127.0.0.1:" + server.port())
                .everyChange()
                .listener(changes)
                .start();
        PulsewatchSender sender =
            PulsewatchSender.builder("orders", "o-1")
                .server(relay.address())
                .interval(INTERVAL)
                .timeout(INTERVAL.multipliedBy(4))
                .suspectAfter(SUSPECT_AFTER)
                .start()) {
      while (!sender.isCurrent()) {
        Thread.sleep(10);
      }
      Thread.sleep(200); // settings and the like are exchanged
      relay.swallowNext();
      ToldChanges.Told doubted = changes.next(State.STATE_SUSPECT, Cause.CAUSE_SILENCE);
      ToldChanges.Told back = changes.next(State.STATE_ALIVE, Cause.CAUSE_RECOVERED);
      long tookMillis = (back.atNanos() - doubted.atNanos()) / 1_000_000;
      System.out.printf("a suspect refuted within %d ms%n", tookMillis);
      assertThat(relay.swallowed()).isPositive();
      assertThat(tookMillis).as("its next heartbeat is due after 2.7 s").isLessThan(1_500);
      assertThat(sender.isCurrent()).isTrue();
      assertThat(watcher.view()).hasSize(1);
    }
  }
}
