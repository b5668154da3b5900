package io.pulsewatch.server.security;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.transport.Right;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a token file may say. */
final class TokenTableTest {
  private static final String HASH = "sha256:" + "0f".repeat(32);
  private static final String OTHER = "sha256:" + "1e".repeat(32);

  @Test
  void readsLinesWithComments() {
    TokenTable table =
        TokenTable.parse(
            """
            # who may do what
              orders  beat,watch\t%s  2027-01-01T00:00:00Z # until the new year

            ops admin,watch,beat %s
            """
                .formatted(HASH, OTHER));
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.find("0f".repeat(32)))
        .isEqualTo(
            new TokenLine(
                "orders",
                Set.of(Right.BEAT, Right.WATCH),
                "0f".repeat(32),
                Instant.parse("2027-01-01T00:00:00Z")));
    TokenLine ops = requireNonNull(table.find("1e".repeat(32)));
    assertThat(ops.expiresAt()).isNull();
    assertThat(ops.rights()).containsExactlyInAnyOrder(Right.values());
    assertThat(table.find("2d".repeat(32))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "orders beat                         | line 2: 2 columns (expected: NAME RIGHTS",
        "orders beat HASH 2027-01-01 x       | line 2: 5 columns",
        "orders beat HASH tomorrow           | line 2: expiry: 'tomorrow' (expected: an instant",
        "orders beet HASH                    | line 2: rights: 'beet' (expected: beat, watch or",
        "orders beat, HASH                   | line 2: rights: ''",
        "or/ders beat HASH                   | line 2: name: 'or/ders' (expected: 1..253",
        "orders beat pw_secretsecretsecret   | line 2: the third column is no hash (expected:",
        "orders beat sha256:abc              | line 2: the third column is no hash",
        "a beat HASH\\nb beat HASH            | line 3: a token that stands there already",
        "# nobody                            | no token in it (pulsewatch token create",
      })
  void refusesWhatItDoesNotUnderstand(String text, String words) {
    String file = "# first line\n" + text.replace("HASH", HASH).replace("\\n", "\n");
    assertThatThrownBy(() -> TokenTable.parse(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("secret");
  }

  @Test
  void refusesMoreThanItsLimit() {
    StringBuilder file = new StringBuilder();
    for (int i = 0; i <= TokenTable.MAX_TOKENS; i++) {
      file.append("a beat sha256:%064x\n".formatted(i));
    }
    assertThatThrownBy(() -> TokenTable.parse(file.toString()))
        .hasMessage("more than 10000 tokens");
  }

  /** A seed makes the same token each time; here it stands for chance. */
  @Test
  void whatIsMadeIsRead() {
    Instant expiry = Instant.parse("2027-01-01T00:00:00.5Z");
    TokenMaker.Made made = TokenMaker.make("orders", "watch,beat", expiry, new Random(1));
    assertThat(made.token()).matches("pw_[A-Za-z0-9_-]{43}");
    assertThat(made.line())
        .matches("orders beat,watch sha256:[0-9a-f]{64} 2027-01-01T00:00:00Z")
        .doesNotContain(made.token());
    TokenTable table = TokenTable.parse(made.line());
    assertThat(table.find(Token.hash(made.token()))).isNotNull();
    assertThat(TokenMaker.make("orders", "beat", null, new Random(2)).token())
        .isNotEqualTo(made.token());
  }
}
