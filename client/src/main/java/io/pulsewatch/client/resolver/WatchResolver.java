package io.pulsewatch.client.resolver;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.client.WatchListener;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.client.WatcherBuilder;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One channel's view of a service: a watch on one side, gRPC on the other.
 *
 * <p>A server that begins anew may not know yet who is there. So after each snapshot but the first
 * nobody is dropped before a bookmark says that the server is warm, and an empty first one is not
 * told before that.
 *
 * <p>Confined to the channel's synchronization context; what the watcher tells hops there.
 */
final class WatchResolver extends NameResolver {
  /** How soon a warm server is known to be one. */
  private static final Duration BOOKMARKS = Duration.ofSeconds(1);

  private static final Map<String, ?> ROUND_ROBIN =
      Map.of("loadBalancingConfig", List.of(Map.of("round_robin", Map.of())));

  private final String service;
  private final WatcherBuilder builder;
  private final SynchronizationContext context;
  private final Args args;

  /** A look is on its way: many changes at once are one. */
  private final AtomicBoolean looking = new AtomicBoolean();

  private @Nullable Listener2 listener;
  private @Nullable PulsewatchWatcher watcher;
  private Set<InetSocketAddress> shown = Set.of();
  private boolean told;
  private boolean warm;

  /** Those who are called on although all are dead, until the timer fires. */
  private Set<InetSocketAddress> kept = Set.of();

  private SynchronizationContext.@Nullable ScheduledHandle keeping;

  WatchResolver(String service, WatcherBuilder builder, Args args) {
    this.service = service;
    this.builder = builder;
    this.context = args.getSynchronizationContext();
    this.args = args;
  }

  @Override
  public String getServiceAuthority() {
    return service;
  }

  @Override
  public void start(Listener2 channel) {
    listener = channel;
    watcher = builder.bookmarkInterval(BOOKMARKS).listener(new Hearing()).start();
  }

  @Override
  public void shutdown() {
    listener = null;
    if (keeping != null) {
      keeping.cancel();
    }
    if (watcher != null) {
      watcher.close();
    }
  }

  /** What the watcher tells, on its own thread. Thread-safe. */
  private final class Hearing implements WatchListener {
    @Override
    public void onSnapshot(WatchSnapshot snapshot) {
      context.execute(
          () -> {
            warm = false;
            look();
          });
    }

    @Override
    public void onChange(Change change) {
      if (looking.compareAndSet(false, true)) {
        context.execute(
            () -> {
              looking.set(false);
              look();
            });
      }
    }

    @Override
    public void onBookmark(Bookmark bookmark) {
      if (bookmark.getDetectorMode() != DetectorMode.DETECTOR_MODE_WARM_UP) {
        context.execute(WatchResolver.this::onWarm);
      }
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      context.execute(() -> onTrouble(cause));
    }

    @Override
    public void onFailed(PulsewatchException cause) {
      context.execute(() -> onTrouble(cause));
    }
  }

  private void onWarm() {
    if (!warm) {
      warm = true;
      look();
    }
  }

  /** Who has addresses keeps them. */
  private void onTrouble(PulsewatchException cause) {
    if (listener != null && !told) {
      listener.onError(Status.UNAVAILABLE.withDescription("no Pulsewatch to ask").withCause(cause));
    }
  }

  private void look() {
    if (watcher == null || listener == null) {
      return;
    }
    Pool pool = Pool.of(watcher.view().values(), !shown.isEmpty());
    if (pool.keepNanos() > 0 && keeping == null) {
      kept = pool.addresses();
      keeping =
          context.schedule(
              this::onKeptLongEnough,
              pool.keepNanos(),
              TimeUnit.NANOSECONDS,
              args.getScheduledExecutorService());
    }
    Set<InetSocketAddress> next = new LinkedHashSet<>(pool.addresses());
    next.addAll(kept);
    if (!warm) {
      next.addAll(shown);
    }
    boolean unsure = next.isEmpty() && !warm;
    if (!unsure && (!told || !next.equals(shown))) {
      tell(next);
    }
  }

  /** From here on they are dead for us, too. */
  private void onKeptLongEnough() {
    keeping = null;
    Set<InetSocketAddress> over = kept;
    kept = Set.of();
    shown = minus(shown, over);
    told = false;
    look();
  }

  private static Set<InetSocketAddress> minus(
      Set<InetSocketAddress> all, Set<InetSocketAddress> others) {
    Set<InetSocketAddress> rest = new LinkedHashSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  private void tell(Set<InetSocketAddress> addresses) {
    if (listener == null) {
      return;
    }
    shown = Set.copyOf(addresses);
    told = true;
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    addresses.forEach(each -> groups.add(new EquivalentAddressGroup(each)));
    listener.onResult(
        ResolutionResult.newBuilder()
            .setAddressesOrError(StatusOr.fromValue(groups))
            .setServiceConfig(args.getServiceConfigParser().parseServiceConfig(ROUND_ROBIN))
            .build());
  }
}
