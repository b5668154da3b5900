package io.pulsewatch.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import io.pulsewatch.client.transport.Channels;
import io.pulsewatch.client.transport.UnaryCalls;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Describes a {@link PulsewatchClient}. Confined to one thread. */
@CheckReturnValue
public final class ClientBuilder {
  private final Set<String> servers = new LinkedHashSet<>();
  private Duration callDeadline = Duration.ofSeconds(10);
  private final Access access = new Access();

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

  /** Sets how channels are made; without a proxy where this is left out. */
  @CanIgnoreReturnValue
  public ClientBuilder channelFactory(ChannelFactory factory) {
    access.factory(factory);
    return this;
  }

  /** Encrypts; plaintext where this and {@link #channelFactory} are left out. */
  @CanIgnoreReturnValue
  public ClientBuilder tls(ClientTls tls) {
    access.tls(tls);
    return this;
  }

  /**
   * Shows a token with each call, whoever makes the channels.
   *
   * @param token asked for at each call; must not block. {@link TokenFile} reads one from a file
   */
  @CanIgnoreReturnValue
  public ClientBuilder token(Supplier<String> token) {
    access.token(token);
    return this;
  }

  /**
   * Makes the client; connects at the first call.
   *
   * @throws IllegalArgumentException for a malformed address, or files of TLS that are no good
   * @throws IllegalStateException without a server, or with TLS and a channel factory
   */
  public PulsewatchClient build() {
    ChannelFactory channels = access.channels(Channels::forCalls);
    return new PulsewatchClient(
        new UnaryCalls(
            Checks.servers(servers, access.factory()), channels::create, callDeadline.toNanos()));
  }
}
