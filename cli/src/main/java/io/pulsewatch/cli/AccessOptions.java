package io.pulsewatch.cli;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.pulsewatch.client.ChannelFactory;
import io.pulsewatch.client.ClientTls;
import io.pulsewatch.client.TokenFile;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How servers are known, and who asks them: after the subcommand, or before it, or, for the token,
 * the environment. Confined to the main thread.
 */
final class AccessOptions {
  static final String VARIABLE = "PULSEWATCH_TOKEN";

  private final Surroundings surroundings;
  private final @Nullable AccessOptions outer;

  @Option(
      names = "--tls",
      description = "Encrypt, and trust the authorities that Java trusts. Implied by --tls-...")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Trust the authorities in this file, PEM, and no others.")
  private @Nullable Path authorities;

  @Option(
      names = "--tls-client-cert",
      paramLabel = "FILE",
      description = "Show this certificate, PEM; needs --tls-client-key.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-client-key",
      paramLabel = "FILE",
      description = "Its private key: PEM, PKCS#8, no passphrase.")
  private @Nullable Path key;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Show this token. Others on this machine can read it in the list of processes; better"
              + " $PULSEWATCH_TOKEN, or --token-from.")
  private @Nullable String token;

  @Option(
      names = "--token-from",
      paramLabel = "FILE",
      description = "Show the token in this file; it is read anew for each call.")
  private @Nullable Path tokenFile;

  AccessOptions(Surroundings surroundings, @Nullable AccessOptions outer) {
    this.surroundings = surroundings;
    this.outer = outer;
  }

  /** Gives a builder what was said. */
  void apply(
      Consumer<ChannelFactory> channelFactory,
      Consumer<ClientTls> encryption,
      Consumer<Supplier<String>> credentials) {
    ChannelFactory channels = channels();
    ClientTls how = tls();
    Supplier<String> shown = token();
    if (channels != null) {
      channelFactory.accept(channels);
    } else if (how != null) {
      encryption.accept(how);
    }
    if (shown != null) {
      credentials.accept(shown);
    }
  }

  /**
   * How to encrypt, for those who do it elsewhere.
   *
   * @param authorities null: those that are trusted anyway
   * @param certificate null: none is shown
   * @param key of that certificate
   */
  record Encryption(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key) {}

  /** How to encrypt; null: not at all. */
  @Nullable Encryption encryption() {
    Path ca = first(options -> options.authorities);
    Path shown = first(options -> options.certificate);
    Path secret = first(options -> options.key);
    if ((shown == null) != (secret == null)) {
      throw CommandException.usage("--tls-client-cert and --tls-client-key go together");
    }
    boolean wanted = tls || (outer != null && outer.tls) || ca != null || shown != null;
    return wanted ? new Encryption(ca, shown, secret) : null;
  }

  private @Nullable ClientTls tls() {
    Encryption said = encryption();
    if (said == null) {
      return null;
    }
    ClientTls made = ClientTls.create();
    made = said.authorities() == null ? made : made.trusting(said.authorities());
    return said.certificate() == null || said.key() == null
        ? made
        : made.showing(said.certificate(), said.key());
  }

  /**
   * The way to one server for calls that carry tokens of their own.
   *
   * @throws CommandException if a token was said, which would be shown to nobody
   */
  ManagedChannel bare(String address) {
    if (first(options -> options.token) != null || first(options -> options.tokenFile) != null) {
      throw CommandException.usage("record shows no token: its clients show theirs through it");
    }
    ChannelFactory channels = channels();
    if (channels == null) {
      throw new IllegalStateException("no way to servers");
    }
    return channels.create(address);
  }

  /** The token to show; null: none. */
  @Nullable Supplier<String> token() {
    String said = first(options -> options.token);
    Path file = first(options -> options.tokenFile);
    if (said != null && file != null) {
      throw CommandException.usage("--token and --token-from: one of them, not both");
    }
    if (file != null) {
      TokenFile source = new TokenFile(file);
      try {
        source.get();
      } catch (IllegalStateException e) {
        throw CommandException.usage("--token-from: " + e.getMessage());
      }
      return source;
    }
    String shown = said == null ? surroundings.environment().getOrDefault(VARIABLE, "") : said;
    String stripped = shown.strip();
    if (stripped.isEmpty()) {
      return null;
    }
    if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw CommandException.usage(
          (said == null ? "$" + VARIABLE : "--token") + " is no token (expected: one word)");
    }
    return () -> stripped;
  }

  /** The way to servers where there is one of this command's own; null: the client's. */
  private @Nullable ChannelFactory channels() {
    Dialer dialer = surroundings.dialer();
    if (dialer == null) {
      return null;
    }
    ClientTls how = tls();
    if (how == null) {
      return address -> dialer.dial(address, InsecureChannelCredentials.create());
    }
    try {
      how.check();
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
    return address -> dialer.dial(address, how.credentials());
  }

  private <T> @Nullable T first(Function<AccessOptions, @Nullable T> option) {
    T own = option.apply(this);
    return own != null || outer == null ? own : outer.first(option);
  }
}
