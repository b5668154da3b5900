package io.pulsewatch.server.security;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.testing.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Certificates and keys as files have them. */
final class IdentityTest {
  private static final long NOW = Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();

  /** What stands around the older form within PKCS#8, for these two kinds of keys. */
  private static final int RSA_2048_HEAD = 26;

  private static final int EC_P256_HEAD = 28;

  private final TestAuthority authority = new TestAuthority("authority");
  private final TestAuthority.Issued issued = authority.issue("server");

  @Test
  void readsAChainAndItsKey() {
    Identity identity =
        read("comment\n" + issued.certificate() + authority.certificate(), issued.key());
    assertThat(identity.chain()).hasSize(2);
    assertThat(identity.key()).isEqualTo(issued.keys().getPrivate());
    assertThat(identity.algorithm()).isEqualTo("EC");
    assertThat(identity.goodUntil()).isEqualTo(TestAuthority.TO);
  }

  @Test
  void readsTheOlderFormsOfKeys() {
    byte[] ec = issued.keys().getPrivate().getEncoded();
    String parameters = TestAuthority.pem("EC PARAMETERS", new byte[] {6, 0});
    String sec1 = TestAuthority.pem("EC PRIVATE KEY", tail(ec, EC_P256_HEAD));
    assertThat(read(issued.certificate(), parameters + sec1).key())
        .isEqualTo(issued.keys().getPrivate());
    KeyPair rsa = TestAuthority.rsa();
    TestAuthority.Issued other = authority.issue("rsa", rsa, TestAuthority.FROM, TestAuthority.TO);
    String pkcs1 =
        TestAuthority.pem("RSA PRIVATE KEY", tail(rsa.getPrivate().getEncoded(), RSA_2048_HEAD));
    assertThat(read(other.certificate(), pkcs1).key()).isEqualTo(rsa.getPrivate());
  }

  @Test
  void refusesWhatWouldFailHandshakes() {
    TestAuthority.Issued other = authority.issue("other");
    KeyPair rsa = TestAuthority.rsa();
    refused(issued.certificate(), other.key(), "belongs to another certificate");
    refused(
        issued.certificate(),
        TestAuthority.pem("PRIVATE KEY", rsa.getPrivate().getEncoded()),
        "it is no EC key");
    refused(issued.key(), issued.key(), "no certificate in it");
    refused(issued.certificate(), issued.certificate(), "no private key in it");
    refused("", "", "no certificate in it");
    refused(
        issued.certificate(),
        TestAuthority.pem("ENCRYPTED PRIVATE KEY", new byte[] {0}),
        "openssl pkcs8 -topk8 -nocrypt");
    refused(TestAuthority.pem("CERTIFICATE", new byte[] {0x30, 0}), issued.key(), "cannot be read");
  }

  @Test
  void refusesACertificateOutOfItsTime() {
    Instant now = Instant.ofEpochMilli(NOW);
    KeyPair keys = issued.keys();
    TestAuthority.Issued over =
        authority.issue("over", keys, TestAuthority.FROM, now.minusSeconds(1));
    TestAuthority.Issued early =
        authority.issue("early", keys, now.plusSeconds(1), TestAuthority.TO);
    refused(over.certificate(), issued.key(), "good from 2020-01-01T00:00:00Z to 2026-05-31");
    refused(early.certificate(), issued.key(), "it is 2026-06-01T00:00:00Z");
    read(authority.issue("just", keys, now, now).certificate(), issued.key());
  }

  /** A handshake that chose the one before goes on with it. */
  @Test
  void noHandshakeMixesTwoIdentities() {
    IdentityKeyManager shown = new IdentityKeyManager();
    Identity first = read(issued.certificate(), issued.key());
    TestAuthority.Issued next = authority.issue("next");
    Identity second = read(next.certificate(), next.key());
    shown.take(first);
    String alias = requireNonNull(shown.chooseEngineServerAlias("EC", null, null));
    assertThat(shown.chooseEngineServerAlias("RSA", null, null)).isNull();
    shown.take(second);
    assertThat(shown.getPrivateKey(alias)).isEqualTo(first.key());
    assertThat(shown.getCertificateChain(alias)).isEqualTo(first.chain().toArray());
    String newer = requireNonNull(shown.chooseEngineServerAlias("EC_EC", null, null));
    assertThat(newer).isNotEqualTo(alias);
    assertThat(shown.getPrivateKey(newer)).isEqualTo(second.key());
    assertThat(shown.getCertificateChain(newer)).isEqualTo(second.chain().toArray());
  }

  private static void refused(String certificate, String key, String words) {
    assertThatThrownBy(() -> read(certificate, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private static Identity read(String certificate, String key) {
    return Identity.read(
        certificate.getBytes(StandardCharsets.US_ASCII),
        key.getBytes(StandardCharsets.US_ASCII),
        NOW);
  }

  private static byte[] tail(byte[] whole, int head) {
    return Arrays.copyOfRange(whole, head, whole.length);
  }
}
