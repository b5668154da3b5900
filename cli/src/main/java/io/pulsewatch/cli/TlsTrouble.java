package io.pulsewatch.cli;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What went wrong with TLS, told by what Netty and OpenSSL say of it, and which option helps. */
enum TlsTrouble {
  WANTS_TLS(
      "it speaks TLS; say --tls, or --tls-ca FILE for an authority of your own",
      // A TLS alert where HTTP/2 was awaited.
      "first 5 bytes: 1503"),
  NO_TLS("it speaks no TLS; leave the options --tls... out", "not an SSL/TLS record"),
  WANTS_CERTIFICATE(
      "it wants a certificate that it trusts; say --tls-client-cert FILE and --tls-client-key FILE",
      "(?i)certificate_required|unknown_ca|bad_certificate"),
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
    return Arrays.stream(values())
        .filter(trouble -> trouble.signs.matcher(description).find())
        .map(trouble -> trouble.remedy)
        .findFirst()
        .orElse(null);
  }
}
