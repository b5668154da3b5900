package io.pulsewatch.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import io.pulsewatch.client.transport.Channels;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Says what to watch, and starts a {@link PulsewatchWatcher}. Confined to one thread; may be used
 * for one watcher only. What is left out matches everything.
 */
@CheckReturnValue
public final class WatcherBuilder {
  private final WatchRequest.Builder request = WatchRequest.newBuilder();
  private final Set<String> servers = new LinkedHashSet<>();
  private WatchListener listener = new WatchListener() {};
  private final Access access = new Access();

  WatcherBuilder() {}

  /**
   * Adds servers, as {@code host:port}. The watcher begins at a random one of them, and goes on to
   * the next after each failure.
   */
  @CanIgnoreReturnValue
  public WatcherBuilder server(String... addresses) {
    Checks.addAddresses(servers, addresses);
    return this;
  }

  /** Adds services: names, or globs with {@code *} and {@code ?}; at most 64. */
  @CanIgnoreReturnValue
  public WatcherBuilder service(String... namesOrGlobs) {
    for (String each : namesOrGlobs) {
      request.addServices(Checks.glob(each));
    }
    Checks.atMost("services", request.getServicesCount(), 64);
    return this;
  }

  /** Selects by labels, in Kubernetes' syntax: {@code env=prod,tier in (a, b),!canary}. */
  @CanIgnoreReturnValue
  public WatcherBuilder labelSelector(String selector) {
    request.setLabelSelector(Checks.text("labelSelector", selector, 4096));
    return this;
  }

  /** Selects by states. */
  @CanIgnoreReturnValue
  public WatcherBuilder states(State... states) {
    for (State each : states) {
      request.addStates(Checks.known(each));
    }
    return this;
  }

  /**
   * Wants each change. Without this, changes of one instance are folded into the newest when the
   * watcher falls behind; with it, a watcher that falls too far behind starts over with a snapshot.
   */
  @CanIgnoreReturnValue
  public WatcherBuilder everyChange() {
    request.setDelivery(Delivery.DELIVERY_EVERY_CHANGE);
    return this;
  }

  /**
   * Goes on from a {@linkplain PulsewatchWatcher#resumeToken() token} of an earlier watcher. The
   * view then has only what changed since, unless the server answers with a snapshot.
   */
  @CanIgnoreReturnValue
  public WatcherBuilder resumeToken(String token) {
    request.setResumeToken(token);
    return this;
  }

  /** Fails with {@code OUT_OF_RANGE} where otherwise a snapshot would bridge a gap. */
  @CanIgnoreReturnValue
  public WatcherBuilder failIfCompacted() {
    request.setFailIfCompacted(true);
    return this;
  }

  /** Wants a bookmark so often, 100 ms .. 10 min; 10 s where nothing is said. */
  @CanIgnoreReturnValue
  public WatcherBuilder bookmarkInterval(Duration interval) {
    Checks.inRange("bookmarkInterval", interval, Duration.ofMillis(100), Duration.ofMinutes(10));
    request.setBookmarkInterval(Durations.toProto(interval));
    return this;
  }

  /**
   * Names the watcher, for {@link PulsewatchWatcher#acknowledge}.
   *
   * @param name 1 to 253 characters of {@code A-Z a-z 0-9 . _ - : @}; no other watcher should have
   *     it
   */
  @CanIgnoreReturnValue
  public WatcherBuilder name(String name) {
    request.setName(Checks.watcherName(name));
    return this;
  }

  /** Sets who is told. */
  @CanIgnoreReturnValue
  public WatcherBuilder listener(WatchListener listener) {
    this.listener = listener;
    return this;
  }

  /** Sets how channels are made; without a proxy where this is left out. */
  @CanIgnoreReturnValue
  public WatcherBuilder channelFactory(ChannelFactory factory) {
    access.factory(factory);
    return this;
  }

  /** Encrypts; plaintext where this and {@link #channelFactory} are left out. */
  @CanIgnoreReturnValue
  public WatcherBuilder tls(ClientTls tls) {
    access.tls(tls);
    return this;
  }

  /**
   * Shows a token with each call, whoever makes the channels.
   *
   * @param token asked for at each new stream; must not block. {@link TokenFile} reads one from a
   *     file
   */
  @CanIgnoreReturnValue
  public WatcherBuilder token(Supplier<String> token) {
    access.token(token);
    return this;
  }

  /**
   * Starts the watcher. Never blocks, and succeeds with every server down.
   *
   * @throws IllegalArgumentException for a malformed address, or files of TLS that are no good
   * @throws IllegalStateException without a server, or with TLS and a channel factory
   */
  public PulsewatchWatcher start() {
    return PulsewatchWatcher.start(setup(System::nanoTime, new SplittableRandom()), listener);
  }

  WatchSetup setup(LongSupplier nanoTicker, RandomGenerator random) {
    return new WatchSetup(
        request.build(),
        Checks.servers(servers, access.factory()),
        access.channels(Channels::forWatch),
        nanoTicker,
        random);
  }
}
