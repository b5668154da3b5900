package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Token;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text that a client resumes with. */
final class SessionTokenTest {
  private static final InstanceKey KEY = new InstanceKey("orders", "a:1@b");

  @Test
  void comesBackAsItWas() {
    SessionToken token = SessionToken.fresh(KEY, new Random(7)).of(42);
    SessionToken parsed = SessionToken.parse(token.text());
    assertThat(parsed).isEqualTo(token);
    assertThat(token.incarnation()).isEqualTo(42);
    assertThat(token.text()).matches("[A-Za-z0-9_-]+");
  }

  @ParameterizedTest
  @CsvSource({"1,1", "9223372036854775807,253", "-1,253"})
  void anyIncarnationAndNameFit(long incarnation, int length) {
    InstanceKey key = new InstanceKey("s".repeat(length), "i".repeat(length));
    SessionToken token = new SessionToken(incarnation, Long.MIN_VALUE, -1, key);
    assertThat(SessionToken.parse(token.text())).isEqualTo(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "=", "A", "AQ", "garbage", "AQ==AQ", "\u00e9", " ", "AQ\n"})
  void garbageIsNoToken(String text) {
    assertThat(SessionToken.parse(text)).isNull();
  }

  @Test
  void eachPartMustBeThere() {
    byte[] bytes =
        Base64.getUrlDecoder().decode(SessionToken.fresh(KEY, new Random(7)).of(1).text());
    for (int length = 0; length <= 25; length++) {
      assertThat(SessionToken.parse(encode(java.util.Arrays.copyOf(bytes, length))))
          .as("%d bytes", length)
          .isNull();
    }
    byte[] otherVersion = bytes.clone();
    otherVersion[0] = 2;
    assertThat(SessionToken.parse(encode(otherVersion))).isNull();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] noSlash = text.replace('/', '-').getBytes(StandardCharsets.ISO_8859_1);
    assertThat(SessionToken.parse(encode(noSlash))).isNull();
  }

  @Test
  void theKernelGetsAHashOnly() {
    SessionToken token = SessionToken.fresh(KEY, new Random(7)).of(42);
    Token hashed = token.hashed();
    assertThat(hashed.incarnation()).isEqualTo(42);
    assertThat(hashed.hashHigh()).isNotEqualTo(token.secretHigh());
    assertThat(hashed.hashLow()).isNotEqualTo(token.secretLow());
    assertThat(token.hashed()).isEqualTo(hashed);
    SessionToken otherBit =
        new SessionToken(42, token.secretHigh(), token.secretLow() ^ 1, token.key());
    assertThat(otherBit.hashed()).isNotEqualTo(hashed);
  }

  @Test
  void twoAreNeverAlike() {
    Random chance = new Random(7);
    SessionToken one = SessionToken.fresh(KEY, chance);
    SessionToken two = SessionToken.fresh(KEY, chance);
    assertThat(one).isNotEqualTo(two);
    assertThat(one.incarnation()).isZero();
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
