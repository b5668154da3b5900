package io.pulsewatch.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import io.pulsewatch.client.transport.Channels;
import io.pulsewatch.client.transport.UnaryCalls;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes a {@link PulsewatchClient}. Confined to one thread. */
@CheckReturnValue
public final class ClientBuilder {
  private final Set<String> servers = new LinkedHashSet<>();
  private Duration callDeadline = Duration.ofSeconds(10);
  private @Nullable ChannelFactory channelFactory;

  ClientBuilder() {}

  /** Adds servers, as {@code host:port}. The first that answers is asked. */
  @CanIgnoreReturnValue
  public ClientBuilder server(String... addresses) {
    Checks.addAddresses(servers, addresses);
    return this;
  }

  /** Sets the call deadline of each call, over all servers tried; 10 s where nothing is said. */
  @CanIgnoreReturnValue
  public ClientBuilder callDeadline(Duration callDeadline) {
    Checks.positive("callDeadline", callDeadline);
    this.callDeadline = callDeadline;
    return this;
  }

  /** Sets how channels are made; plaintext without a proxy where this is left out. */
  @CanIgnoreReturnValue
  public ClientBuilder channelFactory(ChannelFactory factory) {
    this.channelFactory = factory;
    return this;
  }

  /**
   * Makes the client; connects at the first call.
   *
   * @throws IllegalArgumentException for a malformed address
   * @throws IllegalStateException without a server
   */
  public PulsewatchClient build() {
    ChannelFactory channels = channelFactory == null ? Channels::forCalls : channelFactory;
    return new PulsewatchClient(
        new UnaryCalls(
            Checks.servers(servers, channelFactory), channels::create, callDeadline.toNanos()));
  }
}
