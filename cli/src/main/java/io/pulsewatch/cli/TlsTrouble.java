package io.pulsewatch.cli;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What went wrong with TLS, told by what Netty and OpenSSL say of it, and which option helps. */
enum TlsTrouble {
  WANTS_TLS(
      "it speaks TLS; say --tls, or --tls-ca FILE for an authority of your own",
      // A TLS alert where HTTP/2 was awaited.
      "first 5 bytes: 1503"),
  /** TCP tells no more, and a server that is killed looks the same. */
  MAY_WANT_TLS(
      "the connection was closed (is it running? if it speaks TLS, say --tls, or --tls-ca FILE)",
      "Network closed for unknown reason|Connection reset"),
  NO_TLS("it speaks no TLS; leave the options --tls... out", "not an SSL/TLS record"),
  WANTS_CERTIFICATE(
      "it wants a certificate that it trusts; say --tls-client-cert FILE and --tls-client-key FILE",
      "(?i)certificate_required|unknown_ca|bad_certificate|alert_internal_error"),
  NOT_TRUSTED(
      "its certificate is not from an authority that is trusted here, or not for this name; say"
          + " --tls-ca FILE",
      "unable to find valid certification path|PKIX path|No subject alternative|No name matching"
          + "|General OpenSslEngine problem");

  private final String remedy;
  private final Pattern signs;

  TlsTrouble(String remedy, String signs) {
    this.remedy = remedy;
    this.signs = Pattern.compile(signs);
  }

  /** The remedy, or null where this is about something else. */
  static @Nullable String remedy(String description) {
    return remedy(description, EnumSet.allOf(TlsTrouble.class));
  }

  /** The same where a connection had been good before, perhaps. */
  static @Nullable String sureRemedy(String description) {
    return remedy(description, EnumSet.complementOf(EnumSet.of(MAY_WANT_TLS)));
  }

  private static @Nullable String remedy(String description, Set<TlsTrouble> among) {
    return among.stream()
        .filter(trouble -> trouble.signs.matcher(description).find())
        .map(trouble -> trouble.remedy)
        .findFirst()
        .orElse(null);
  }
}
