package io.pulsewatch.server.security;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.pulsewatch.server.transport.Authenticator;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that protects a server: its certificate, whom it trusts, and the tokens, each as the files
 * last said it.
 *
 * <p>Thread-safe, but for {@link #turn}, which one thread calls.
 */
public final class Guard {
  private final Logger logger;
  private final LongSupplier wallMillis;
  private final List<FollowedFiles> followed = new ArrayList<>();
  private final ServerCredentials credentials;
  private final @Nullable TokenAuthenticator tokens;

  /**
   * Reads all files.
   *
   * @param wallMillis wall clock: certificates and tokens expire by it
   * @throws IllegalArgumentException if one of them is no good; names it and the remedy
   */
  public Guard(SecurityFiles files, LongSupplier wallMillis, Logger logger) {
    this.logger = logger;
    this.wallMillis = wallMillis;
    Path certificate = files.certificate();
    Path key = files.key();
    this.credentials =
        certificate == null || key == null
            ? InsecureServerCredentials.create()
            : credentials(certificate, key, files.clientAuthorities());
    this.tokens = files.tokens() == null ? null : tokens(files.tokens());
  }

  /** How connections begin: with TLS or without. */
  public ServerCredentials credentials() {
    return credentials;
  }

  /** Who may do what. */
  public Authenticator authenticator() {
    return tokens == null ? Authenticator.OPEN : tokens;
  }

  /** Whether there is anything to look at again. */
  public boolean isNeeded() {
    return !followed.isEmpty();
  }

  /** Looks at all files, and at all passes in use, again. About each second. */
  public void turn() {
    followed.forEach(FollowedFiles::look);
    if (tokens != null) {
      tokens.turn();
    }
  }

  private ServerCredentials credentials(Path certificate, Path key, @Nullable Path authorities) {
    IdentityKeyManager shown = new IdentityKeyManager();
    follow(
        "certificate and key",
        List.of(certificate, key),
        contents -> {
          Identity read = Identity.read(contents.get(0), contents.get(1), wallMillis.getAsLong());
          shown.take(read);
          return "good until " + read.goodUntil();
        });
    TlsServerCredentials.Builder tls = TlsServerCredentials.newBuilder().keyManager(shown);
    if (authorities != null) {
      ClientTrust trust = new ClientTrust();
      follow(
          "client authorities",
          List.of(authorities),
          contents -> {
            List<X509Certificate> read = Pem.certificates(contents.get(0));
            trust.take(read);
            return read.size() + " certificates";
          });
      tls.trustManager(trust).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    }
    return tls.build();
  }

  private TokenAuthenticator tokens(Path file) {
    TokenAuthenticator authenticator = new TokenAuthenticator(wallMillis);
    follow(
        "token file",
        List.of(file),
        contents -> {
          TokenTable read = TokenTable.parse(new String(contents.get(0), StandardCharsets.UTF_8));
          authenticator.take(read);
          return read.size() + " tokens";
        });
    return authenticator;
  }

  private void follow(String what, List<Path> paths, FollowedFiles.Taker taker) {
    FollowedFiles files = new FollowedFiles(what, paths, taker, logger);
    files.load();
    followed.add(files);
  }
}
