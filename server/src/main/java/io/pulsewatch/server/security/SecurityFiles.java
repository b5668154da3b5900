package io.pulsewatch.server.security;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server's certificates and tokens are. Immutable.
 *
 * @param certificate PEM, the server's own first; null: no TLS
 * @param key PEM, without a passphrase; there is one where there is a certificate
 * @param clientAuthorities PEM; clients must show a certificate from one of these; null: they need
 *     none
 * @param tokens hashed tokens; null: no token is asked for
 */
public record SecurityFiles(
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path clientAuthorities,
    @Nullable Path tokens) {
  /** Nothing is encrypted, and everybody may do everything. */
  public static final SecurityFiles NONE = new SecurityFiles(null, null, null, null);

  /** A key without a certificate, and authorities without TLS, are mistakes. */
  public SecurityFiles {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "TLS needs both a certificate and its private key (given: only the "
              + (key == null ? "certificate)" : "key)"));
    }
    if (clientAuthorities != null && certificate == null) {
      throw new IllegalArgumentException(
          "client certificates need TLS (expected: a certificate and a key for the server, too)");
    }
  }

  /** Whether connections are encrypted. */
  public boolean hasTls() {
    return certificate != null;
  }
}
