package io.pulsewatch.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * What a server says on standard output once it listens: where it is, and what to type next.
 *
 * @param out where it is said
 * @param kept where what it knows is kept, in words
 * @param encrypted whether it has a certificate
 * @param asksCertificates whether it lets in only who shows one
 * @param asksTokens whether each call needs one
 */
record ServeGreeting(
    PrintStream out, String kept, boolean encrypted, boolean asksCertificates, boolean asksTokens) {
  private static final String SHOWING = " --tls-client-cert FILE --tls-client-key FILE";

  void sayWhere(HostPort address) {
    String option =
        address.toString().equals(ServerOption.DEFAULT)
            ? ""
            : " " + ServerOption.NAME + " " + reachable(address);
    out.printf("pulsewatch listens on %s (%s, %s)%n", address, protection(), kept);
    out.printf("  heartbeats:  pulsewatch beat%s --service demo --id a -- sleep 60%n", option);
    out.printf("  watch them:  pulsewatch watch%s%n", option);
    if (encrypted || asksTokens) {
      out.printf(
          "  both with:  %s%s%n",
          encrypted ? " --tls-ca FILE" + (asksCertificates ? SHOWING : "") : "",
          asksTokens ? " --token-from FILE" : "");
    }
    out.flush();
  }

  /**
   * Where its web port is.
   *
   * @param wanted where it was to be; null: at the usual place, if that is free
   * @param port where it is; 0: nowhere
   */
  void sayWeb(@Nullable String wanted, int port) {
    if (port > 0) {
      String place = wanted == null ? ServeCommand.DEFAULT_WEB : wanted;
      HostPort at = new HostPort(HostPort.parse("--web", place).host(), port);
      out.printf("  in a browser: %s://%s/%n", encrypted ? "https" : "http", reachable(at));
    } else if (wanted == null) {
      out.printf("  no web port: %s is taken (--web HOST:PORT)%n", ServeCommand.DEFAULT_WEB);
    }
    out.flush();
  }

  private String protection() {
    return (encrypted ? "TLS" : "plaintext")
        + (asksCertificates ? ", client certificates" : "")
        + (asksTokens ? ", tokens" : "");
  }

  /** Who listens on every address is reached on one. */
  private static HostPort reachable(HostPort address) {
    return switch (address.host()) {
      case "0.0.0.0" -> new HostPort("127.0.0.1", address.port());
      case "::" -> new HostPort("::1", address.port());
      default -> address;
    };
  }
}
