package io.pulsewatch.client.resolver;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.pulsewatch.client.PulsewatchWatcher;
import io.pulsewatch.client.WatcherBuilder;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes targets such as {@code pulsewatch://10.0.0.5:5780/orders} out of what Pulsewatch knows:
 * calls go to those of a service who are well, by round robin unless the channel says otherwise.
 *
 * <p>gRPC finds it by itself. It then asks the servers that the target names, with commas between
 * them; {@code pulsewatch:///orders} asks 127.0.0.1:5780. Who needs TLS or a token registers one of
 * his own, which comes first:
 *
 * <pre>{@code
 * NameResolverRegistry.getDefaultRegistry().register(
 *     new PulsewatchResolverProvider(
 *         () -> PulsewatchWatcher.builder().server("10.0.0.5:5780").tls(ClientTls.create())));
 * }</pre>
 *
 * <p>Immutable. Each channel has a watcher of its own, with its thread.
 */
public final class PulsewatchResolverProvider extends NameResolverProvider {
  private static final String SCHEME = "pulsewatch";
  private static final String DEFAULT_SERVER = "127.0.0.1:5780";

  /** Both below that of DNS (5): the first of all is asked for targets without a scheme, too. */
  private static final int FOUND = 3;

  private static final int REGISTERED = 4;

  private final @Nullable Supplier<WatcherBuilder> watchers;

  /** For gRPC, which finds it by its name. */
  public PulsewatchResolverProvider() {
    this.watchers = null;
  }

  /**
   * One that knows how servers are asked.
   *
   * @param watchers a new builder each time, with servers, and TLS and a token where they are
   *     needed; those of a target are added to its servers
   */
  public PulsewatchResolverProvider(Supplier<WatcherBuilder> watchers) {
    this.watchers = watchers;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return watchers == null ? FOUND : REGISTERED;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the target names no service, or a malformed server
   */
  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    String path = target.getPath();
    if (path == null || path.length() < 2) {
      throw new IllegalArgumentException(
          target + " names no service (expected: pulsewatch://HOST:PORT/SERVICE)");
    }
    String service = path.substring(1);
    WatcherBuilder builder = watchers == null ? PulsewatchWatcher.builder() : watchers.get();
    String authority = target.getRawAuthority();
    if (authority != null) {
      builder.server(authority.split(",", -1));
    } else if (watchers == null) {
      builder.server(DEFAULT_SERVER);
    }
    return new WatchResolver(service, builder.service(service), args);
  }
}
