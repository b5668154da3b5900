package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets calls by a watch that breaks, comes back, and finds another server. */
final class LivePoolsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private LivePools pools = new LivePools("");
  private long now = Long.MAX_VALUE - 5 * SECOND; // it wraps on the way

  @BeforeEach
  void threeAreThere() {
    snapshot(alive("a", 1), alive("b", 2), alive("c", 3));
  }

  @Test
  void nothingIsKnownBeforeAWarmServerHasToldAll() {
    pools = new LivePools("");
    assertThat(pools.onBookmark(bookmark(DetectorMode.DETECTOR_MODE_NORMAL))).isFalse();
    assertThat(pools.isOpen()).isFalse();
    snapshot(alive("a", 1));
    assertThat(pools.isOpen()).isFalse();
    assertThat(pools.onBookmark(bookmark(DetectorMode.DETECTOR_MODE_WARM_UP))).isFalse();
    assertThat(pools.isOpen()).isFalse();
    assertThat(pools.onBookmark(bookmark(DetectorMode.DETECTOR_MODE_NORMAL))).isTrue();
    assertThat(pools.isOpen()).isTrue();
    assertThat(shown()).containsExactly("a:1");
  }

  @Test
  void deathsDoubtsAndDrainsOfAWarmServerCountAtOnce() {
    warm();
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    change(suspect("c", 3));
    assertThat(shown()).containsExactly("a:1", "b:2");
    change(alive("c", 3));
    change(dead("b", 2));
    assertThat(shown()).containsExactly("a:1", "c:3");
    change(alive("a", 1).setStatus(Status.STATUS_DRAINING).setServing(false));
    assertThat(shown()).containsExactly("c:3");
  }

  @Test
  void aServerThatForgotEverybodyEmptiesNothingWhileItWarmsUp() {
    warm();
    shown();
    pools.onDisconnected();
    now += 60 * SECOND;
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    snapshot();
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    pools.onBookmark(bookmark(DetectorMode.DETECTOR_MODE_WARM_UP));
    now += 14 * SECOND;
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    change(alive("b", 2).setIncarnation(17));
    change(alive("d", 4));
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3", "d:4");
    warm();
    assertThat(shown()).containsExactly("b:2", "d:4");
  }

  @Test
  void aServerThatForgotEverybodyAndIsWarmAtOnceHasThemKeptForATimeout() {
    warm();
    shown();
    pools.onDisconnected();
    snapshot();
    warm();
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    assertThat(pools.untilNextNanos(now)).isEqualTo(6 * SECOND);
    now += 6 * SECOND - 1;
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    now += 1;
    assertThat(shown()).isEmpty();
  }

  @Test
  void whoLeavesOrDrainsIsDroppedWhileTheServerWarmsUp() {
    warm();
    shown();
    pools.onDisconnected();
    snapshot(
        alive("a", 1),
        alive("b", 2).setState(State.STATE_LEFT).setServing(false),
        alive("c", 3).setStatus(Status.STATUS_DRAINING).setServing(false));
    assertThat(shown()).containsExactly("a:1");
  }

  @Test
  void deathsAreHeldUntilTheServerIsKnownToBeWarm() {
    warm();
    shown();
    snapshot(alive("a", 1), alive("b", 2), dead("c", 3));
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    warm();
    assertThat(shown()).containsExactly("a:1", "b:2");
  }

  @Test
  void aPoolThatVerdictsEmptyIsKeptForOneTimeout() {
    warm();
    shown();
    change(dead("a", 1), dead("b", 2), dead("c", 3));
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    now += 5 * SECOND;
    change(alive("b", 9).setIncarnation(12)); // the next life of b is not b twice
    assertThat(shown()).containsExactly("a:1", "b:9", "c:3");
    now += SECOND;
    assertThat(pools.untilNextNanos(now)).isZero();
    assertThat(shown()).containsExactly("b:9");
    assertThat(pools.untilNextNanos(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whoTookOverAnAddressHasItAlone() {
    warm();
    shown();
    pools.onDisconnected();
    snapshot(alive("z", 1).setIncarnation(19), alive("b", 2));
    assertThat(shown()).containsExactly("b:2", "c:3", "z:1");
  }

  @Test
  void whoIsRemovedOrNoMoreSelectedIsGone() {
    warm();
    shown();
    pools.onChange(Change.newBuilder().setInstance(alive("a", 1)).setLeftView(true).build(), now);
    pools.onChange(
        Change.newBuilder().setInstance(dead("b", 2)).setCause(Cause.CAUSE_REMOVED).build(), now);
    assertThat(shown()).containsExactly("c:3");
  }

  @Test
  void theEndpointThatIsWanted() {
    pools = new LivePools("http");
    snapshot(
        alive("a", 1).addEndpoints(endpoint("http", "10.0.0.1", 8)),
        alive("b", 2),
        alive("c", 3).addEndpoints(endpoint("HTTP", "c.example.com", 8)));
    warm();
    assertThat(shown()).containsExactly("a:8");
    assertThat(pools.withoutAddress()).containsExactly("orders/b", "orders/c");
    change(alive("b", 2).addEndpoints(endpoint("http", "localhost", 9)));
    assertThat(shown()).containsExactly("a:8", "b:9");
    assertThat(pools.withoutAddress()).containsExactly("orders/c");
  }

  /** No two registrations ever have the same incarnation. */
  private static Instance.Builder alive(String id, int port) {
    return Someone.alive(id, port).setIncarnation(port);
  }

  private static Instance.Builder suspect(String id, int port) {
    return Someone.suspect(id, port).setIncarnation(port);
  }

  private static Instance.Builder dead(String id, int port) {
    return Someone.dead(id, port).setIncarnation(port);
  }

  private static Endpoint.Builder endpoint(String name, String host, int port) {
    return Endpoint.newBuilder().setName(name).setHost(host).setPort(port);
  }

  private void snapshot(Instance.Builder... all) {
    pools.onSnapshot(Arrays.stream(all).map(Instance.Builder::build).toList(), now);
  }

  private void change(Instance.Builder... after) {
    for (Instance.Builder each : after) {
      pools.onChange(Change.newBuilder().setInstance(each).build(), now);
    }
  }

  private void warm() {
    pools.onBookmark(bookmark(DetectorMode.DETECTOR_MODE_NORMAL));
  }

  private static Bookmark bookmark(DetectorMode mode) {
    return Bookmark.newBuilder().setDetectorMode(mode).build();
  }

  private List<String> shown() {
    return pools.look(now).getOrDefault("orders", List.of()).stream()
        .map(each -> each.getInstanceId() + ":" + each.getEndpoints(0).getPort())
        .toList();
  }
}
