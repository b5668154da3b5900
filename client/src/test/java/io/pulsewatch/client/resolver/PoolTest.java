package io.pulsewatch.client.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Override;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules as a table. A word is a service: one letter for each instance, on port 1, 2, ..: {@code
 * a}live, {@code s}uspect, {@code d}raining, {@code m}aintenance, {@code l}eft, dead ({@code x}),
 * dead 11 s earlier ({@code o}).
 */
final class PoolTest {
  private static final long TIMEOUT_SECONDS = 6;

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "aa, 1 2",
    "as, 1",
    "ass, 1 2 3",
    "ss, 1 2",
    "das, 2",
    "mdass, 3 4 5",
    "axx, 1",
    "dm, ''",
    "x, 1",
    "xl, ''",
    "xxl, 1 2",
    "xo, 1",
    "xooool, ''",
    "xd, ''",
    "xxd, 1 2",
    "ll, ''",
  })
  void whoIsCalled(String word, String ports) {
    Pool pool = of(service(word), true);
    assertThat(ports(pool)).isEqualTo(ports);
    boolean kept = word.contains("x") && !word.contains("a") && !ports.isEmpty();
    assertThat(pool.keepNanos()).isEqualTo(kept ? TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS) : 0);
  }

  @Test
  void whoNeverCalledAnybodyKeepsNobody() {
    assertThat(of(service("xx"), false).addresses()).isEmpty();
  }

  @Test
  void anAddressBelongsToTheNewest() {
    Instance older = instance('a', 1).build();
    Instance newer = instance('d', 1).setIncarnation(9).build();
    assertThat(of(List.of(older, newer), true).addresses()).isEmpty();
    assertThat(of(List.of(newer, older), true).addresses()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http@10.0.0.1:80, 10.0.0.1:80",
    "http@10.0.0.1:80 grpc@10.0.0.2:81 grpc@10.0.0.3:82, 10.0.0.2:81",
    "a@localhost:80, 127.0.0.1:80",
    "a@::1:80, 0:0:0:0:0:0:0:1:80",
    "a@orders.internal:80, ",
    "a@10.0.0.1:0, ",
    "a@999.0.0.1:80, ",
  })
  void oneEndpointIsChosen(String endpoints, String chosen) {
    Instance.Builder instance = instance('a', 1).clearEndpoints();
    for (String each : endpoints.split(" ", -1)) {
      int at = each.indexOf('@');
      int colon = each.lastIndexOf(':');
      instance.addEndpoints(
          Endpoint.newBuilder()
              .setName(each.substring(0, at))
              .setHost(each.substring(at + 1, colon))
              .setPort(Integer.parseInt(each.substring(colon + 1))));
    }
    var address = new Addresses().of(instance.build());
    assertThat(
            address == null
                ? null
                : address.getAddress().getHostAddress() + ":" + address.getPort())
        .isEqualTo(chosen);
  }

  /** All of them were called a moment ago. */
  private static Pool of(List<Instance> instances, boolean before) {
    Addresses addresses = new Addresses();
    Set<InetSocketAddress> recent = new HashSet<>();
    for (Instance each : instances) {
      recent.add(Objects.requireNonNull(addresses.of(each)));
    }
    return Pool.of(instances, before, recent, addresses);
  }

  static List<Instance> service(String word) {
    List<Instance> all = new ArrayList<>();
    for (int i = 0; i < word.length(); i++) {
      all.add(instance(word.charAt(i), i + 1).build());
    }
    return all;
  }

  static Instance.Builder instance(char letter, int port) {
    State state =
        switch (letter) {
          case 's' -> State.STATE_SUSPECT;
          case 'l' -> State.STATE_LEFT;
          case 'x', 'o' -> State.STATE_DEAD;
          default -> State.STATE_ALIVE;
        };
    Instance.Builder instance =
        Instance.newBuilder()
            .setIncarnation(1)
            .setState(state)
            .setStatus(letter == 'd' ? Status.STATUS_DRAINING : Status.STATUS_SERVING)
            .setServing(letter == 'a')
            .setSince(Timestamp.newBuilder().setSeconds(letter == 'o' ? 89 : 100))
            .setTimeout(Duration.newBuilder().setSeconds(TIMEOUT_SECONDS))
            .addEndpoints(Endpoint.newBuilder().setHost("10.0.0.1").setPort(port));
    if (letter == 'm') {
      instance.setOverride(Override.newBuilder().setKind(OverrideKind.OVERRIDE_KIND_MAINTENANCE));
    }
    return instance;
  }

  private static String ports(Pool pool) {
    return pool.addresses().stream()
        .map(address -> Integer.toString(address.getPort()))
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
