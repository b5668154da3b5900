package io.pulsewatch.server.security;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the newest identity in each handshake. Connections that stand keep what they agreed on, so
 * an exchange ends none.
 *
 * <p>A handshake asks three times: for an alias, and for chain and key by it. Each identity has an
 * alias of its own, and the one before is kept, so no handshake gets the chain of one and the key
 * of the other. Thread-safe.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
  /** Null until the first is taken; nothing shakes hands before. */
  private volatile @Nullable Shown shown;

  /** What handshakes are shown, and what was shown before. */
  private record Shown(Identity identity, long number, @Nullable Identity before) {
    String alias() {
      return String.valueOf(number);
    }
  }

  /** From now on this is shown. One thread only. */
  void take(Identity newest) {
    Shown last = shown;
    shown =
        last == null
            ? new Shown(newest, 1, null)
            : new Shown(newest, last.number() + 1, last.identity());
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    Shown now = shown();
    String algorithm = now.identity().algorithm();
    boolean fits = keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
    return fits ? now.alias() : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return of(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return of(alias).key();
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {shown().alias()};
  }

  /** This server is nobody's client. */
  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  private Shown shown() {
    return Objects.requireNonNull(shown, "no identity was taken");
  }

  private Identity of(String alias) {
    Shown now = shown();
    Identity before = now.before();
    return before == null || alias.equals(now.alias()) ? now.identity() : before;
  }
}
