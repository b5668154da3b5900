package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.client.PulsewatchClient;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rolling restart does, by the built command: of an instance, and of a server. */
@Tag("once")
@Timeout(120)
final class LeavingIT {
  /** Ends by TERM, and says so. */
  private static final String SERVICE =
      "trap 'echo stopping; exit 0' TERM; echo ready; while :; do sleep 0.05; done";

  private static final Pattern REVISION = Pattern.compile("^\\{\"revision\":\"([0-9]+)\"");

  private static Launched serve() throws IOException {
    return Launched.start("serve", "--memory", "--web", "off", "--listen", "127.0.0.1:0");
  }

  private static Launched beat(String address, String... options) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of("--server", address, "beat", "--service", "s", "--id", "a", "--interval"));
    line.add("1s");
    line.addAll(List.of(options));
    line.addAll(List.of("--", "sh", "-c", SERVICE));
    return Launched.start(line.toArray(String[]::new));
  }

  @Test
  void theCommandEndsWhenTheLoadBalancerKnows() throws Exception {
    try (Launched server = serve()) {
      String address = server.address();
      try (Launched watch =
          Launched.start("--server", address, "watch", "--name", "lb", "-o", "json")) {
        watch.line("snapshotEnd"); // who registers before that is told in the snapshot, not after
        try (Launched beat = beat(address, "--drain", "60s", "--wait-for", "lb")) {
          beat.line("ready");
          watch.line("CAUSE_REGISTERED");
          beat.signal("TERM");
          Matcher draining = REVISION.matcher(watch.line("STATUS_DRAINING"));
          assertThat(draining.find()).isTrue();
          assertThat(beat.process().isAlive()).isTrue();
          String[] acknowledge = {"--server", address, "acknowledge", "lb", draining.group(1)};
          try (Launched knows = Launched.start(acknowledge)) {
            assertThat(knows.exitCode()).isZero();
          }
          assertThat(beat.exitCode()).isZero();
          assertThat(beat.rest()).isEqualTo("stopping\n");
          assertThat(beat.restOfErrors()).as("nobody was waited for in vain").isEmpty();
          assertThat(watch.line("STATE_LEFT")).contains("STATUS_DRAINING");
        }
      }
    }
  }

  /** Of a server that cannot tell who has acknowledged it, the whole time is waited, or less. */
  @Test
  void aSecondSignalIsNotHeldUp() throws Exception {
    try (HeartbeatRecorder server = new HeartbeatRecorder();
        Launched beat = beat(server.address(), "--drain", "60s", "--wait-for", "lb")) {
      beat.line("ready");
      server.next(HeartbeatRequest::hasHeartbeat);
      beat.signal("TERM");
      server.next(each -> each.getHeartbeat().getStatus() == Status.STATUS_DRAINING);
      beat.error("nobody can tell whether lb acknowledged it");
      assertThat(beat.process().isAlive()).isTrue();
      beat.signal("TERM");
      assertThat(beat.exitCode()).isZero();
      assertThat(beat.rest()).isEqualTo("stopping\n");
      assertThat(server.leaveReason()).isEqualTo("exit 0");
    }
  }

  @Test
  void aDrainedServerIsEmptyAndStopsAtOnce() throws Exception {
    try (Launched server = serve();
        Launched other = serve()) {
      String address = server.address();
      String peer = other.address();
      try (PulsewatchClient there = PulsewatchClient.builder().server(peer).build();
          PulsewatchClient here = PulsewatchClient.builder().server(address).build();
          Launched beat = beat(address)) {
        beat.line("ready");
        awaitState(here, State.STATE_ALIVE);
        try (Launched drain =
            Launched.start("--server", address, "drain", "--peer", peer, "--spread", "500ms")) {
          assertThat(drain.exitCode()).isZero();
          assertThat(drain.rest()).contains("drained: nobody is left");
        }
        awaitState(there, State.STATE_ALIVE);
        server.error("drained: nobody is left");
        server.signal("TERM");
        assertThat(server.exitCode()).isZero();
        assertThat(server.restOfErrors()).doesNotContain("DEAD");
        beat.signal("TERM");
        assertThat(beat.exitCode()).isZero();
        awaitState(there, State.STATE_LEFT);
      }
    }
  }

  private static void awaitState(PulsewatchClient client, State wanted)
      throws InterruptedException {
    for (int i = 0; state(client) != wanted; i++) {
      assertThat(i).as("looks for %s", wanted).isLessThan(3_000);
      Thread.sleep(20);
    }
  }

  private static State state(PulsewatchClient client) {
    Iterator<io.pulsewatch.v1.Instance> all =
        client.listInstances(ListInstancesRequest.getDefaultInstance());
    return all.hasNext() ? all.next().getState() : State.STATE_UNSPECIFIED;
  }
}
