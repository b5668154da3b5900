package io.pulsewatch.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.pulsewatch.client.transport.TokenChannel;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a builder was told of TLS, tokens and channels. Confined to one thread. */
final class Access {
  private @Nullable ChannelFactory factory;
  private @Nullable ClientTls tls;
  private @Nullable Supplier<String> token;

  void factory(ChannelFactory makes) {
    factory = makes;
  }

  void tls(ClientTls how) {
    tls = how;
  }

  void token(Supplier<String> source) {
    token = source;
  }

  @Nullable ChannelFactory factory() {
    return factory;
  }

  @Nullable Supplier<String> token() {
    return token;
  }

  /**
   * How channels are made.
   *
   * @param standard makes them where the application brings no factory
   * @throws IllegalArgumentException if the files of TLS are no good
   * @throws IllegalStateException if there is a factory and TLS: who makes channels encrypts them
   */
  ChannelFactory channels(BiFunction<String, ChannelCredentials, ManagedChannel> standard) {
    return channels(standard, token);
  }

  /** The same, with another way to the token. */
  ChannelFactory channels(
      BiFunction<String, ChannelCredentials, ManagedChannel> standard,
      @Nullable Supplier<String> shown) {
    ChannelFactory bare = bare(standard);
    return shown == null ? bare : address -> new TokenChannel(bare.create(address), shown);
  }

  private ChannelFactory bare(BiFunction<String, ChannelCredentials, ManagedChannel> standard) {
    ChannelFactory own = factory;
    ClientTls how = tls;
    if (own != null) {
      if (how != null) {
        throw new IllegalStateException(
            "tls: with a channelFactory (expected: one of them; ClientTls.credentials is for"
                + " factories)");
      }
      return own;
    }
    if (how == null) {
      return address -> standard.apply(address, InsecureChannelCredentials.create());
    }
    how.check();
    return address -> standard.apply(address, how.credentials());
  }
}
