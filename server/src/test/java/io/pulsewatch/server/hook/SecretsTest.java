package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of secrets, and what they sign. */
final class SecretsTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

  /** The example of the libraries of Standard Webhooks. */
  @Test
  void theirExampleIsSignedAsTheyDo() {
    assertThat(Secrets.parse(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void whileOneIsReplacedBothSign() {
    String both =
        Secrets.parse("# new\n" + OTHER + "\n\n" + SECRET + " # old\n").sign("id", 1, BODY);
    assertThat(both)
        .isEqualTo(
            Secrets.parse(OTHER).sign("id", 1, BODY)
                + " "
                + Secrets.parse(SECRET).sign("id", 1, BODY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_!!!",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
      })
  void whatIsNoSecretIsRefusedWithoutAWordOfIt(String line) {
    assertThatThrownBy(() -> Secrets.parse("\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2: no secret (expected: whsec_")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("c2hvcnQ");
  }

  @Test
  void thereAreOneOrTwo() {
    assertThatThrownBy(() -> Secrets.parse("# none\n")).hasMessageStartingWith("no secret in it");
    assertThatThrownBy(() -> Secrets.parse((SECRET + "\n").repeat(3)))
        .hasMessageStartingWith("3 secrets in it");
  }
}
