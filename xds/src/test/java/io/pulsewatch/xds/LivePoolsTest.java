package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets calls by a watch that breaks, comes back, and finds another server. */
final class LivePoolsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private LivePools pools = new LivePools("", List.of());
  private long now = Long.MAX_VALUE - 5 * SECOND; // it wraps on the way

  @BeforeEach
  void threeAreThere() {
    snapshot(alive("a", 1), alive("b", 2), alive("c", 3));
  }

  @Test
  void nothingIsKnownBeforeAWarmServerHasToldAll() {
    pools = new LivePools("", List.of());
    assertThat(says(DetectorMode.DETECTOR_MODE_NORMAL, false)).isFalse();
    assertThat(pools.isOpen()).isFalse();
    snapshot(alive("a", 1));
    assertThat(pools.isOpen()).isFalse();
    assertThat(says(DetectorMode.DETECTOR_MODE_WARM_UP, true)).isFalse();
    assertThat(pools.isOpen()).isFalse();
    assertThat(says(DetectorMode.DETECTOR_MODE_NORMAL, false)).isTrue();
    assertThat(pools.isOpen()).isTrue();
    assertThat(shown()).containsExactly("a:1");
  }

  @ParameterizedTest
  @EnumSource
  void nobodyIsDroppedWhileAServerWarmsUpWhateverItsModeIs(DetectorMode mode) {
    assertThat(says(mode, true)).isFalse();
    assertThat(pools.isOpen()).isFalse();
    warm();
    shown();
    pools.onDisconnected();
    snapshot(alive("a", 1));
    assertThat(says(mode, true)).isFalse();
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
  }

  /** STALE: it cannot know. */
  @ParameterizedTest
  @EnumSource
  void aServerThatHasWarmedUpIsHeardWhateverItsModeIs(DetectorMode mode) {
    boolean knows = mode != DetectorMode.DETECTOR_MODE_STALE;
    assertThat(says(mode, false)).isEqualTo(knows);
    assertThat(pools.isOpen()).isEqualTo(knows);
    warm();
    shown();
    assertThat(says(mode, false)).isEqualTo(!knows);
    change(dead("c", 3));
    assertThat(shown()).hasSize(knows ? 2 : 3);
    assertThat(pools.isOpen()).isTrue();
  }

  /** Its time begins when it may be acted on: else it had passed before. */
  @Test
  void deathsThatWereHeldEmptyNoPoolBeforeOneTimeoutMore() {
    warm();
    shown();
    pools.onDisconnected();
    snapshot();
    says(DetectorMode.DETECTOR_MODE_ADMITTING, true);
    for (int n = 0; n < 15; n++) {
      assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
      now += SECOND;
    }
    warm();
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    assertThat(pools.untilNextNanos(now)).isEqualTo(6 * SECOND);
    now += 6 * SECOND;
    assertThat(shown()).isEmpty();
  }

  @Test
  void whoIsKeptWhenTheWatchBreaksIsKeptForHisWholeTimeAfterwards() {
    warm();
    shown();
    change(dead("a", 1), dead("b", 2), dead("c", 3));
    shown();
    now += 5 * SECOND;
    pools.onDisconnected();
    now += 60 * SECOND;
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    warm();
    assertThat(shown()).containsExactly("a:1", "b:2", "c:3");
    now += 6 * SECOND - 1;
    assertThat(shown()).hasSize(3);
    now += 1;
    assertThat(shown()).isEmpty();
  }

  @Test
  void anAddressIsNotShownTwiceWhileNothingIsDropped() {
    warm();
    shown();
    pools.onDisconnected();
    snapshot(alive("a", 1), alive("b", 2), alive("c", 3), alive("z", 1).setIncarnation(19));
    assertThat(shown()).containsExactly("b:2", "c:3", "z:1");
  }

  @Test
  void whoStaysIsShownAsHeIsNow() {
    warm();
    shown();
    pools.onDisconnected();
    snapshot(alive("a", 1), alive("b", 2), suspect("c", 3).setWeight(7));
    assertThat(pools.look(now).get("orders"))
        .extracting(Instance::getInstanceId, Instance::getWeight)
        .contains(tuple("c", 7));
  }

  @Test
  void aServiceOfWhichNobodyIsLeftIsForgotten() {
    warm();
    shown();
    for (String id : List.of("a", "b", "c")) {
      pools.onChange(Change.newBuilder().setInstance(alive(id, 1)).setLeftView(true).build(), now);
    }
    assertThat(pools.look(now)).isEmpty();
    change(dead("d", 4));
    assertThat(pools.look(now)).containsKey("orders"); // the server knows it
  }

  @Test
  void thereIsALimitOfServicesAndWhoIsNamedIsNotUnderIt() {
    pools = new LivePools("", List.of("zz"));
    snapshot();
    warm();
    for (int n = 0; n < LivePools.MAX_SERVICES; n++) {
      change(alive("a", 1).setService("s" + n));
    }
    assertThat(pools.isFull()).isFalse();
    change(alive("a", 1).setService("late"), alive("a", 1).setService("zz"));
    assertThat(pools.isFull()).isTrue();
    assertThat(pools.look(now))
        .hasSize(LivePools.MAX_SERVICES + 1)
        .containsKey("zz")
        .doesNotContainKey("late");
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
    says(DetectorMode.DETECTOR_MODE_ADMITTING, true);
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
    pools = new LivePools("http", List.of());
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
    says(DetectorMode.DETECTOR_MODE_NORMAL, false);
  }

  private boolean says(DetectorMode mode, boolean warmingUp) {
    int number = mode == DetectorMode.UNRECOGNIZED ? 99 : mode.getNumber();
    return pools.onBookmark(
        Bookmark.newBuilder().setDetectorModeValue(number).setWarmingUp(warmingUp).build(), now);
  }

  private List<String> shown() {
    return pools.look(now).getOrDefault("orders", List.of()).stream()
        .map(each -> each.getInstanceId() + ":" + each.getEndpoints(0).getPort())
        .toList();
  }
}
