package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.transport.Tokens.Kind;
import io.pulsewatch.server.transport.Tokens.Token;
import io.pulsewatch.server.watch.Position;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokensTest {
  private static final Position AT = new Position("löwe-1", 7, Long.MAX_VALUE, 6, -3);

  @Test
  void whatIsWrittenIsRead() {
    assertThat(Tokens.read("t", Tokens.text(AT))).isEqualTo(new Token(Kind.RESUME, AT, ""));
    for (Kind kind : Kind.values()) {
      Token token = new Token(kind, AT, "a/ö");
      assertThat(Tokens.read("t", Tokens.text(token))).isEqualTo(token);
    }
  }

  @Test
  void theLongestNamesFit() {
    String longest = "x".repeat(253) + "/" + "y".repeat(253);
    Token token = new Token(Kind.INSTANCES, AT, longest);
    assertThat(Tokens.read("t", Tokens.text(token)).rest()).isEqualTo(longest);
  }

  @Test
  void itIsPlainText() {
    assertThat(Tokens.text(AT)).matches("[A-Za-z0-9_-]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "garbage", "====", "cg", "cgAA", "\u00fc", "AAAAAAAAAAAAAAAAAAAAAAAA"})
  void garbageIsRefused(String text) {
    refused(text);
  }

  @Test
  void whatWasCutOrChangedIsRefused() {
    String text = Tokens.text(AT);
    for (int i = 0; i < text.length(); i++) {
      refused(text.substring(0, i));
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      boolean same =
          java.util.Arrays.equals(
              Base64.getUrlDecoder().decode(changed), Base64.getUrlDecoder().decode(text));
      if (!same) {
        refused(changed);
      }
    }
    refused(text + "A".repeat(3_000));
  }

  @Test
  void impossiblePositionsAreRefused() {
    refused(Tokens.text(new Position("l", 8, 7, 0)));
    refused(Tokens.text(new Position("l", -1, 7, 0)));
  }

  private static void refused(String text) {
    assertThatThrownBy(() -> Tokens.read("resume_token", text))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("INVALID_ARGUMENT: resume_token: this is no token");
  }
}
