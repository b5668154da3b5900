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
import io.pulsewatch.v1.Instance;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
 * <p>A server that begins anew may not know yet who is there. So after each snapshot nobody is
 * dropped for being dead or doubted before a bookmark says that the server is warm; where nobody is
 * called there is nobody to be kept, and only that there is nobody waits for the bookmark.
 *
 * <p>The first change is looked at at once, and what follows within {@link #QUIET_MILLIS} together.
 *
 * <p>Confined to the channel's synchronization context; what the watcher tells hops there.
 */
final class WatchResolver extends NameResolver {
  /** How soon a warm server is known to be one. */
  private static final Duration BOOKMARKS = Duration.ofSeconds(1);

  private static final Map<String, ?> ROUND_ROBIN =
      Map.of("loadBalancingConfig", List.of(Map.of("round_robin", Map.of())));

  private static final long QUIET_MILLIS = 100;
  private static final long WINDOW_SECONDS = 10;

  private final String service;
  private final Source source;
  private final SynchronizationContext context;
  private final Args args;

  /** A look is on its way: many changes at once are one. */
  private final AtomicBoolean looking = new AtomicBoolean();

  private @Nullable Listener2 listener;
  private @Nullable Watch watch;
  private Set<InetSocketAddress> shown = Set.of();
  private boolean told;
  private boolean warm;
  private boolean quiet;
  private boolean changed;
  private final Addresses addresses = new Addresses();

  /** Those who were called and drain, for as long as that counts. */
  private final Set<InetSocketAddress> drained = new LinkedHashSet<>();

  /** Those who are called on although all are dead, until the timer fires. */
  private Set<InetSocketAddress> kept = Set.of();

  private SynchronizationContext.@Nullable ScheduledHandle keeping;

  /** Where the instances come from. */
  interface Source {
    Watch start(WatchListener heard);
  }

  /** A watch that runs. Thread-safe. */
  interface Watch {
    Collection<Instance> instances();

    void close();
  }

  WatchResolver(String service, WatcherBuilder builder, Args args) {
    this(service, heard -> start(builder, heard), args);
  }

  WatchResolver(String service, Source source, Args args) {
    this.service = service;
    this.source = source;
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
    watch = source.start(new Hearing());
  }

  private static Watch start(WatcherBuilder builder, WatchListener heard) {
    PulsewatchWatcher watcher = builder.bookmarkInterval(BOOKMARKS).listener(heard).start();
    return new Watch() {
      @Override
      public Collection<Instance> instances() {
        return watcher.view().values();
      }

      @Override
      public void close() {
        watcher.close();
      }
    };
  }

  @Override
  public void shutdown() {
    listener = null;
    if (keeping != null) {
      keeping.cancel();
    }
    if (watch != null) {
      watch.close();
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
              onChanged();
            });
      }
    }

    @Override
    public void onBookmark(Bookmark bookmark) {
      if (!bookmark.getWarmingUp()) {
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
  void onTrouble(Throwable cause) {
    warm = false;
    if (listener != null && !told) {
      listener.onError(Status.UNAVAILABLE.withDescription("no Pulsewatch to ask").withCause(cause));
    }
  }

  private void onChanged() {
    changed = true;
    if (!quiet && listener != null) {
      changed = false;
      quiet = true;
      look();
      later(this::onQuietOver, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void onQuietOver() {
    quiet = false;
    if (changed) {
      onChanged();
    }
  }

  private SynchronizationContext.ScheduledHandle later(Runnable task, long delay, TimeUnit unit) {
    return context.schedule(task, delay, unit, args.getScheduledExecutorService());
  }

  private void look() {
    if (watch == null || listener == null) {
      return;
    }
    Set<InetSocketAddress> recent = new LinkedHashSet<>(shown);
    recent.addAll(drained);
    Pool pool = Pool.of(watch.instances(), !shown.isEmpty(), recent, addresses);
    if (pool.keepNanos() > 0 && keeping == null) {
      kept = pool.addresses();
      keeping = later(this::onKeptLongEnough, pool.keepNanos(), TimeUnit.NANOSECONDS);
    }
    Set<InetSocketAddress> next = new LinkedHashSet<>(pool.addresses());
    next.addAll(minus(kept, pool.held()));
    if (!warm) {
      next.addAll(minus(shown, pool.left()));
    }
    for (InetSocketAddress each : minus(shown, next)) {
      if (pool.left().contains(each) && drained.add(each)) {
        later(() -> drained.remove(each), WINDOW_SECONDS, TimeUnit.SECONDS);
      }
    }
    boolean unsure = next.isEmpty() && !warm;
    if (!unsure && (!told || !next.equals(shown))) {
      tell(next);
    }
  }

  /** From here on they are dead for us, too; but not while nobody knows. */
  private void onKeptLongEnough() {
    if (!warm) {
      keeping = later(this::onKeptLongEnough, BOOKMARKS.toNanos(), TimeUnit.NANOSECONDS);
      return;
    }
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

  private void tell(Set<InetSocketAddress> next) {
    if (listener == null) {
      return;
    }
    warm |= shown.isEmpty() && !next.isEmpty();
    shown = Set.copyOf(next);
    told = true;
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    next.forEach(each -> groups.add(new EquivalentAddressGroup(each)));
    listener.onResult(
        ResolutionResult.newBuilder()
            .setAddressesOrError(StatusOr.fromValue(groups))
            .setServiceConfig(args.getServiceConfigParser().parseServiceConfig(ROUND_ROBIN))
            .build());
  }
}
