package io.pulsewatch.client;

import static io.pulsewatch.v1.ProbeOutcome.PROBE_OUTCOME_DECLINED;
import static io.pulsewatch.v1.ProbeOutcome.PROBE_OUTCOME_PROVEN;
import static io.pulsewatch.v1.ProbeOutcome.PROBE_OUTCOME_REACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.client.transport.Reach;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.ProbeResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sender looks at, and what not. Confined to the test's thread. */
final class ProbeDeskTest {
  private static final long MS = 1_000_000L;

  private final Queue<Runnable> looks = new ArrayDeque<>();
  private final List<ProbeResult> answers = new ArrayList<>();
  private final List<String> looked = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 3_000 * MS;

  private ProbeDesk desk(Probing probing) {
    return new ProbeDesk(
        InstanceName.newBuilder().setService("orders").setInstanceId("o-1").build(),
        probing,
        () -> nowNanos,
        this::execute,
        this::look);
  }

  private void execute(Runnable look) {
    if (looks.size() == ProbeDesk.MAX_WAITING) {
      throw new RejectedExecutionException("full");
    }
    looks.add(look);
  }

  private io.pulsewatch.v1.ProbeOutcome look(Endpoint at, long within, Reach.Scope scope) {
    looked.add(at.getHost() + " " + within / MS + (scope.loopback() ? " nearby" : ""));
    nowNanos += 7 * MS;
    return PROBE_OUTCOME_REACHABLE;
  }

  private static ProbeRequest.Builder request(String id) {
    return ProbeRequest.newBuilder()
        .setProbeId("p-" + id)
        .setService("orders")
        .setInstanceId(id)
        .setIncarnation(7)
        .setEndpoint(Endpoint.newBuilder().setHost("10.0.0.1").setPort(80))
        .setWithin(Durations.toProto(Duration.ofMillis(300)));
  }

  private void ask(ProbeDesk desk, ProbeRequest.Builder request) {
    desk.onProbe(request.build(), 7, false, nowNanos, answers::add);
  }

  private List<String> answers() {
    return answers.stream().map(each -> each.getProbeId() + " " + each.getOutcome()).toList();
  }

  @ParameterizedTest
  @EnumSource(value = Probing.class, mode = EnumSource.Mode.EXCLUDE, names = "OFF")
  void provesItselfAtOnce(Probing probing) {
    ask(desk(probing), request("o-1"));
    assertThat(answers()).containsExactly("p-o-1 " + PROBE_OUTCOME_PROVEN);
    assertThat(looks).isEmpty();
  }

  @Test
  void provesNoOtherIncarnation() {
    ask(desk(Probing.ITSELF), request("o-1").setIncarnation(6));
    assertThat(answers()).containsExactly("p-o-1 " + PROBE_OUTCOME_DECLINED);
  }

  @Test
  void oneSettingTurnsItOff() {
    ProbeDesk off = desk(Probing.OFF);
    ask(off, request("o-1"));
    ask(off, request("o-2"));
    assertThat(answers())
        .containsExactly("p-o-1 " + PROBE_OUTCOME_DECLINED, "p-o-2 " + PROBE_OUTCOME_DECLINED);
  }

  @Test
  void looksAtOthersOnlyWhereItWasToldTo() {
    ask(desk(Probing.ITSELF), request("o-2"));
    assertThat(answers()).containsExactly("p-o-2 " + PROBE_OUTCOME_DECLINED);
    assertThat(looks).isEmpty();
  }

  @Test
  void looksAtOthersOnTheExecutor() {
    ask(desk(Probing.OTHERS), request("o-2"));
    assertThat(answers).isEmpty();
    nowNanos += 100 * MS;
    looks.remove().run();
    assertThat(looked).containsExactly("10.0.0.1 200");
    assertThat(answers()).containsExactly("p-o-2 " + PROBE_OUTCOME_REACHABLE);
    assertThat(Durations.toNanos(answers.get(0).getTook())).isEqualTo(7 * MS);
  }

  @Test
  void looksAtTheLoopbackOfItsServersMachine() {
    desk(Probing.OTHERS).onProbe(request("o-2").build(), 7, true, nowNanos, answers::add);
    looks.remove().run();
    assertThat(looked).containsExactly("10.0.0.1 300 nearby");
  }

  @Test
  void boundsItsTime() {
    ProbeDesk desk = desk(Probing.OTHERS);
    ask(desk, request("o-2").setWithin(Durations.toProto(Duration.ofHours(1))));
    ask(desk, request("o-3").clearWithin());
    looks.remove().run();
    nowNanos -= 7 * MS;
    looks.remove().run();
    assertThat(looked).containsExactly("10.0.0.1 5000", "10.0.0.1 1000");
  }

  @Test
  void doesNotLookTooLate() {
    ask(desk(Probing.OTHERS), request("o-2"));
    nowNanos += 300 * MS;
    looks.remove().run();
    assertThat(looked).isEmpty();
    assertThat(answers()).containsExactly("p-o-2 " + PROBE_OUTCOME_DECLINED);
  }

  @Test
  void declinesWhatIsTooMuch() {
    ProbeDesk desk = desk(Probing.OTHERS);
    for (int i = 0; i < 5; i++) {
      ask(desk, request("x-" + i));
    }
    assertThat(answers()).as("more than may wait").containsExactly("p-x-4 PROBE_OUTCOME_DECLINED");
    looks.clear();
    for (int i = 5; i < 9; i++) {
      ask(desk, request("x-" + i));
    }
    assertThat(answers())
        .as("past the burst")
        .hasSize(2)
        .last()
        .isEqualTo("p-x-8 PROBE_OUTCOME_DECLINED");
    nowNanos += 499 * MS;
    ask(desk, request("x-9"));
    assertThat(answers).hasSize(3);
    nowNanos += MS;
    looks.clear();
    ask(desk, request("x-10"));
    assertThat(answers).as("two a second").hasSize(3);
    assertThat(looks).hasSize(1);
  }

  @Test
  void declinesWithoutAnEndpoint() {
    ask(desk(Probing.OTHERS), request("o-2").clearEndpoint());
    assertThat(answers()).containsExactly("p-o-2 " + PROBE_OUTCOME_DECLINED);
  }
}
