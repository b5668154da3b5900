package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Override;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import io.pulsewatch.xds.Member.Standing;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an instance is to its pool, by what is said of it. */
final class MemberTest {
  @ParameterizedTest
  @CsvSource({
    "ALIVE, SERVING, UNSPECIFIED, true, ALIVE",
    "ALIVE, DEGRADED, UNSPECIFIED, true, ALIVE",
    "ALIVE, SERVING, UNSPECIFIED, false, DOUBTED", // back from one suspicion too many
    "ALIVE, STARTING, UNSPECIFIED, false, DRAINING",
    "ALIVE, NOT_SERVING, UNSPECIFIED, false, DRAINING",
    "ALIVE, DRAINING, UNSPECIFIED, false, DRAINING",
    "ALIVE, SERVING, MAINTENANCE, false, DRAINING",
    "ALIVE, SERVING, NOT_SERVING, false, DRAINING",
    "ALIVE, NOT_SERVING, SERVING, true, ALIVE",
    "SUSPECT, SERVING, UNSPECIFIED, false, DOUBTED",
    "SUSPECT, NOT_SERVING, SERVING, false, DOUBTED",
    "SUSPECT, DRAINING, UNSPECIFIED, false, DRAINING",
    "SUSPECT, SERVING, MAINTENANCE, false, DRAINING",
  })
  void stateStatusAndOverrideMakeAStanding(
      String state, String status, String override, boolean serving, Standing standing) {
    Instance.Builder instance =
        Someone.alive("a", 1)
            .setState(State.valueOf("STATE_" + state))
            .setStatus(Status.valueOf("STATUS_" + status))
            .setServing(serving)
            .setOverride(
                Override.newBuilder().setKind(OverrideKind.valueOf("OVERRIDE_KIND_" + override)));
    assertThat(member(instance, null, 5).standing()).isEqualTo(standing);
  }

  @ParameterizedTest
  @CsvSource({
    "SERVING, DEAD, FALLEN",
    "SERVING, LEFT, GONE",
    "DRAINING, DEAD, GONE", // it wanted to leave
    "DRAINING, LEFT, GONE",
  })
  void howItEnded(String status, String state, Standing standing) {
    Member before =
        member(Someone.alive("a", 1).setStatus(Status.valueOf("STATUS_" + status)), null, 5);
    Instance.Builder ended = Someone.alive("a", 1).setState(State.valueOf("STATE_" + state));
    Member after = member(ended, before, 9);
    assertThat(after.standing()).isEqualTo(standing);
    assertThat(after.leftNanos()).isEqualTo(status.equals("SERVING") ? 9 : before.leftNanos());
    assertThat(member(ended, after, 12)).isEqualTo(after);
  }

  @Test
  void whoNeverWasThereIsNobody() {
    assertThat(Member.of(Someone.dead("a", 1).build(), null, 5)).isNull();
    assertThat(Member.of(Someone.alive("a", 1).clearEndpoints().build(), null, 5)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "http@10.0.0.1:80, 10.0.0.1:80",
    "http@10.0.0.1:80 grpc@10.0.0.2:81, 10.0.0.2:81",
    "http@10.0.0.1:80 GRPC@10.0.0.2:81 grpc@10.0.0.3:82, 10.0.0.2:81",
    "a@localhost:80, 127.0.0.1:80",
    "a@2001:DB8:0::1:80, 2001:db8::1:80",
    "a@orders-1.internal:80, ",
    "a@0.0.0.0:80, ",
    "a@:::80, ",
    "a@224.0.0.1:80, ",
    "a@10.0.0.1:0, ",
    "a@fe80::1%eth0:80, ",
  })
  void oneEndpointIsChosen(String endpoints, String chosen) {
    Instance.Builder instance = Someone.alive("a", 1).clearEndpoints();
    for (String each : endpoints.split(" ", -1)) {
      int at = each.indexOf('@');
      int colon = each.lastIndexOf(':');
      instance.addEndpoints(
          Endpoint.newBuilder()
              .setName(each.substring(0, at))
              .setHost(each.substring(at + 1, colon))
              .setPort(Integer.parseInt(each.substring(colon + 1))));
    }
    Address address = Address.of(instance.build());
    assertThat(address == null ? null : address.host() + ":" + address.port()).isEqualTo(chosen);
  }

  private static Member member(
      Instance.Builder instance, @org.jspecify.annotations.Nullable Member before, long nowNanos) {
    return Objects.requireNonNull(Member.of(instance.build(), before, nowNanos));
  }
}
