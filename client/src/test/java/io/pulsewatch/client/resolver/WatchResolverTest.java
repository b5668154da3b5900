package io.pulsewatch.client.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.pulsewatch.client.WatchListener;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.SnapshotReason;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a channel is told, and when, in virtual time. Words are those of {@link PoolTest}. */
final class WatchResolverTest {
  private final List<String> told = new ArrayList<>();
  private final Queue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atMillis));
  private WatchResolver resolver;
  private long nowMillis;
  private List<Instance> instances = List.of();
  private WatchListener watch = new WatchListener() {};

  private record Timer(long atMillis, Runnable task) {}

  @BeforeEach
  void start() {
    NameResolver.Args args =
        NameResolver.Args.newBuilder()
            .setDefaultPort(80)
            .setProxyDetector(address -> null)
            .setSynchronizationContext(
                new SynchronizationContext(
                    (thread, failure) -> {
                      throw new AssertionError(failure);
                    }))
            .setScheduledExecutorService(timerService())
            .setServiceConfigParser(
                new NameResolver.ServiceConfigParser() {
                  @Override
                  public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> raw) {
                    return NameResolver.ConfigOrError.fromConfig("as it is");
                  }
                })
            .build();
    resolver =
        new WatchResolver(
            "orders",
            heard -> {
              watch = heard;
              return new WatchResolver.Watch() {
                @Override
                public Collection<Instance> instances() {
                  return instances;
                }

                @Override
                public void close() {}
              };
            },
            args);
    resolver.start(
        new NameResolver.Listener2() {
          @Override
          public void onResult(NameResolver.ResolutionResult result) {
            told.add(ports(result.getAddressesOrError().getValue()));
          }

          @Override
          public void onError(Status error) {
            told.add("error");
          }
        });
  }

  @Test
  void deathsAndDrainsCountFromTheFirstSnapshotOn() {
    snapshot("aaa");
    change("axa");
    pass(100);
    change("axd");
    assertThat(told).containsExactly("1 2 3", "1 3", "1");
  }

  @Test
  void anEmptySnapshotWaitsForABookmark() {
    snapshot("");
    assertThat(told).isEmpty();
    bookmark();
    assertThat(told).containsExactly("");
  }

  @Test
  void whileAServerDoesNotKnowYetOnlyThoseGoWhoWantTo() {
    snapshot("aaaa");
    lose();
    snapshot("axdl");
    assertThat(told).containsExactly("1 2 3 4", "1 2");
    bookmark();
    assertThat(told).containsExactly("1 2 3 4", "1 2", "1");
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatWarmsUpEmptiesNothingWhateverItsModeIs(DetectorMode mode) {
    snapshot("aaaa");
    lose();
    snapshot("a");
    says(mode, true);
    snapshot("");
    says(mode, true);
    assertThat(told).containsExactly("1 2 3 4");
    snapshot("aaa");
    says(mode, false);
    assertThat(told).containsExactly("1 2 3 4", "1 2 3");
  }

  @Test
  void changesAreJoined() {
    snapshot("a");
    change("aa");
    change("aaa");
    pass(99);
    assertThat(told).containsExactly("1", "1 2");
    change("aaaa");
    pass(1);
    assertThat(told).containsExactly("1", "1 2", "1 2 3 4");
    pass(100);
    change("a");
    assertThat(told).hasSize(4).last().isEqualTo("1");
  }

  @Test
  void whoIsKeptIsKeptForOneTimeoutButNotWhileNobodyKnows() {
    snapshot("aa");
    change("xx");
    pass(5_000);
    lose();
    pass(60_000);
    assertThat(told).containsExactly("1 2");
    snapshot("xx");
    bookmark();
    pass(1_000);
    assertThat(told).containsExactly("1 2", "");
  }

  @Test
  void aNewcomerThatDrainsTakesTheAddressFromOneThatIsKept() {
    snapshot("aaa");
    change("xxx");
    pass(100);
    instances =
        List.of(
            PoolTest.instance('x', 1).build(),
            PoolTest.instance('x', 2).build(),
            PoolTest.instance('x', 3).build(),
            PoolTest.instance('d', 1).setIncarnation(9).build());
    watch.onChange(Change.getDefaultInstance());
    assertThat(told).containsExactly("1 2 3", "2 3");
  }

  @Test
  void aDrainCountsForTenSeconds() {
    snapshot("aa");
    change("da");
    pass(9_900);
    change("dx");
    pass(100);
    assertThat(told).containsExactly("1 2", "2", "");
    change("aa");
    pass(100);
    change("da");
    pass(10_000);
    change("dx");
    pass(100);
    assertThat(told).as("kept").containsExactly("1 2", "2", "", "1 2", "2");
  }

  private void snapshot(String word) {
    instances = PoolTest.service(word);
    watch.onSnapshot(new WatchSnapshot(SnapshotReason.SNAPSHOT_REASON_UNSPECIFIED, 0, 0, Map.of()));
  }

  private void change(String word) {
    instances = PoolTest.service(word);
    watch.onChange(Change.getDefaultInstance());
  }

  private void bookmark() {
    says(DetectorMode.DETECTOR_MODE_NORMAL, false);
  }

  private void says(DetectorMode mode, boolean warmingUp) {
    int number = mode == DetectorMode.UNRECOGNIZED ? 99 : mode.getNumber();
    watch.onBookmark(
        Bookmark.newBuilder().setDetectorModeValue(number).setWarmingUp(warmingUp).build());
  }

  private void lose() {
    resolver.onTrouble(new IllegalStateException("gone"));
  }

  private void pass(long millis) {
    long until = nowMillis + millis;
    for (Timer next = timers.peek(); next != null && next.atMillis <= until; next = timers.peek()) {
      timers.remove();
      nowMillis = next.atMillis;
      next.task.run();
    }
    nowMillis = until;
  }

  /** Knows nothing but what the resolver asks of it. */
  private ScheduledExecutorService timerService() {
    return (ScheduledExecutorService)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ScheduledExecutorService.class},
            (self, method, arguments) -> {
              long delay = ((TimeUnit) arguments[2]).toMillis((Long) arguments[1]);
              timers.add(new Timer(nowMillis + delay, (Runnable) arguments[0]));
              return Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {ScheduledFuture.class},
                  (future, called, none) -> true);
            });
  }

  private static String ports(List<EquivalentAddressGroup> groups) {
    return groups.stream()
        .map(group -> ((InetSocketAddress) group.getAddresses().get(0)).getPort())
        .sorted()
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }
}
