package io.pulsewatch.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.ProbeOutcome;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not looked at: nothing is resolved or connected to. Confined to its thread. */
final class ReachTest {
  private static final long WITHIN = 1_000;
  private static final Reach.Scope ANY = new Reach.Scope(true, true);

  private final AtomicLong nanos = new AtomicLong();
  private final Reach reach = new Reach(() -> nanos.getAndAdd(WITHIN));

  /** The last three look like addresses and are none, so that no resolver is asked. */
  @ParameterizedTest
  @ValueSource(strings = {"", "[::1", "1::2::3", "::g"})
  void whatDoesNotResolveIsNotLookedAt(String host) {
    assertThat(look(host, 2 * WITHIN)).isEqualTo(ProbeOutcome.PROBE_OUTCOME_DECLINED);
  }

  @Test
  void whatTheResolverLeavesNoTimeForIsNotLookedAt() {
    assertThat(look("127.0.0.1", WITHIN)).isEqualTo(ProbeOutcome.PROBE_OUTCOME_DECLINED);
  }

  private ProbeOutcome look(String host, long withinNanos) {
    Endpoint endpoint = Endpoint.newBuilder().setHost(host).setPort(80).build();
    return reach.look(endpoint, withinNanos, ANY);
  }
}
