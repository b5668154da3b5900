package io.pulsewatch.client;

import com.google.errorprone.annotations.CheckReturnValue;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.pulsewatch.client.transport.Channels;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a client knows its servers, and shows who it is itself. Immutable.
 *
 * <p>Files are read anew for each channel that is made, so what is exchanged there counts from the
 * next connection on. A sender makes its channels on the thread that sends heartbeats: keep the
 * files on a local disk.
 */
@CheckReturnValue
public final class ClientTls {
  private final @Nullable Path authorities;
  private final @Nullable Path certificate;
  private final @Nullable Path key;

  private ClientTls(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key) {
    this.authorities = authorities;
    this.certificate = certificate;
    this.key = key;
  }

  /** Trusts the authorities that this Java platform trusts. */
  public static ClientTls create() {
    return new ClientTls(null, null, null);
  }

  /** Trusts these authorities and no others; PEM. */
  public ClientTls trusting(Path file) {
    return new ClientTls(file, certificate, key);
  }

  /**
   * Shows a certificate to servers that want one.
   *
   * @param certificateFile PEM; its own first, then those that vouch for it
   * @param keyFile its private key: PEM, PKCS#8, without a passphrase
   */
  public ClientTls showing(Path certificateFile, Path keyFile) {
    return new ClientTls(authorities, certificateFile, keyFile);
  }

  /**
   * Reads the files; for a {@link ChannelFactory} of one's own.
   *
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public ChannelCredentials credentials() {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    Path reading = authorities;
    try {
      if (authorities != null) {
        credentials.trustManager(authorities.toFile());
      }
      if (certificate != null && key != null) {
        reading = certificate;
        credentials.keyManager(certificate.toFile(), key.toFile());
      }
      return credentials.build();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "tls: " + reading + " cannot be read: " + e + " (expected: a file in PEM)", e);
    }
  }

  /**
   * Reads the files as the first connection would; connects to nothing.
   *
   * @throws IllegalArgumentException if one of them cannot be read, or is no good
   */
  public void check() {
    ChannelCredentials read = credentials();
    try {
      Channels.check(read);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("tls: " + files() + ": " + root(e), e);
    }
  }

  private String files() {
    return "one of " + authorities + ", " + certificate + ", " + key + " is no good";
  }

  private static String root(Throwable failure) {
    Throwable fact = failure;
    while (fact.getCause() != null) {
      fact = fact.getCause();
    }
    return String.valueOf(fact.getMessage());
  }
}
