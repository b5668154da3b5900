package io.pulsewatch.server.security;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with those that vouch for it, and its private key. Immutable.
 *
 * @param chain the server's own first
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");
  private static final byte[] SOMETHING = {1, 2, 3};

  Identity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both files, and holds them against each other and against the clock.
   *
   * @throws IllegalArgumentException for anything that would fail handshakes; names the remedy
   */
  static Identity read(byte[] certificateFile, byte[] keyFile, long wallMillis) {
    List<X509Certificate> chain = Pem.certificates(certificateFile);
    X509Certificate own = chain.get(0);
    checkDates(own, wallMillis);
    PublicKey publicKey = own.getPublicKey();
    if (!SIGNATURES.containsKey(publicKey.getAlgorithm())) {
      throw new IllegalArgumentException(
          "a certificate for " + publicKey.getAlgorithm() + " (expected: RSA or EC)");
    }
    Identity identity = new Identity(chain, PrivateKeys.read(keyFile, publicKey));
    identity.checkBelongTogether();
    return identity;
  }

  /** The algorithm of both keys: {@code RSA} or {@code EC}. */
  String algorithm() {
    return key.getAlgorithm();
  }

  /** When clients begin to refuse it. */
  Instant goodUntil() {
    return chain.get(0).getNotAfter().toInstant();
  }

  private static void checkDates(X509Certificate own, long wallMillis) {
    Instant from = own.getNotBefore().toInstant();
    Instant to = own.getNotAfter().toInstant();
    Instant now = Instant.ofEpochMilli(wallMillis);
    if (now.isBefore(from) || now.isAfter(to)) {
      throw new IllegalArgumentException(
          "a certificate good from "
              + from
              + " to "
              + to
              + ", and it is "
              + now
              + " (expected: one that is good now; or set the clock)");
    }
  }

  private void checkBelongTogether() {
    try {
      Signature sign = Signature.getInstance(SIGNATURES.get(key.getAlgorithm()));
      sign.initSign(key);
      sign.update(SOMETHING);
      byte[] signed = sign.sign();
      sign.initVerify(chain.get(0).getPublicKey());
      sign.update(SOMETHING);
      if (sign.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw mismatch(e);
    }
    throw mismatch(null);
  }

  private static IllegalArgumentException mismatch(@Nullable Exception e) {
    return new IllegalArgumentException(
        "the private key belongs to another certificate (expected: the key that this one was made"
            + " for; the server's own certificate stands first in its file)",
        e);
  }
}
