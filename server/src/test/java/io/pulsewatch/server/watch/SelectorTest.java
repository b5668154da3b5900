package io.pulsewatch.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SelectorTest {
  /** Labels as `k=v;k=v`. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|''|true",
        "'  '|'a=1'|true",
        "env=prod|env=prod|true",
        "env==prod|env=prod|true",
        "' env = prod '|env=prod|true",
        "env=prod|env=dev|false",
        "env=prod|''|false",
        "env=|env=|true",
        "env=|''|false",
        "env!=prod|env=dev|true",
        "env!=prod|env=prod|false",
        "env!=prod|''|true",
        "env!=|env=|false",
        "'env in (prod, dev)'|env=dev|true",
        "'env in (prod,dev)'|env=test|false",
        "'env in (prod,dev)'|''|false",
        "'env in(prod)'|env=prod|true",
        "'env in (prod,)'|env=|true",
        "'env in ()'|env=|true",
        "'env notin (prod,dev)'|env=test|true",
        "'env notin (prod,dev)'|env=prod|false",
        "'env notin (prod,dev)'|''|true",
        "env|env=x|true",
        "env|''|false",
        "!env|''|true",
        "'! env'|env=x|false",
        "'env=prod,tier in (a, b),!canary'|env=prod;tier=b|true",
        "'env=prod,tier in (a, b),!canary'|env=prod;tier=b;canary=|false",
        "'env=prod,tier in (a, b),!canary'|env=prod;tier=c|false",
        "'a=1,a!=2'|a=1|true",
        "in=notin|in=notin|true",
        "'in in (in)'|in=in|true",
        "example.com/part-of=x_1.2|example.com/part-of=x_1.2|true",
        "größe=ü|größe=ü|true"
      })
  void matches(String selector, String labels, boolean matches) {
    assertThat(Selector.of(selector).matches(labels(labels))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "','|found ',' at 0 (expected: a label''s name or '!')",
        "'a,'|found the end at 2 (expected: a label''s name or '!')",
        "'a,,b'|found ',' at 2 (expected: a label''s name or '!')",
        "'=b'|found '=' at 0 (expected: a label''s name or '!')",
        "'!'|found the end at 1 (expected: a label''s name)",
        "'!!a'|found '!' at 1 (expected: a label''s name)",
        "'!a=b'|found '=' at 2 (expected: ',' or the end)",
        "'a b'|found 'b' at 2 (expected: '=', '==', '!=', 'in', 'notin', ',' or the end)",
        "'a IN (b)'|found 'I' at 2 (expected: '=', '==', '!=', 'in', 'notin', ',' or the end)",
        "'a>5'|found '>' at 1 (expected: '=', '==', '!=', 'in', 'notin', ',' or the end)",
        "'a=b=c'|found '=' at 3 (expected: ',' or the end)",
        "'a===b'|found '=' at 3 (expected: ',' or the end)",
        "'a in b'|found 'b' at 5 (expected: '(')",
        "'a in'|found the end at 4 (expected: '(')",
        "'a in (b'|found the end at 7 (expected: ',' or ')')",
        "'a in (b c)'|found 'c' at 8 (expected: ',' or ')')",
        "'a in (b))'|found ')' at 8 (expected: ',' or the end)",
        "'(a)'|found '(' at 0 (expected: a label''s name or '!')"
      })
  void whatIsWrongIsToldWithItsPlace(String selector, String error) {
    assertThatThrownBy(() -> Selector.of(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label_selector: " + error.replace("''", "'"));
  }

  @Test
  void theSameInOtherWordsIsTheSame() {
    assertThat(canonical("b in (2,1), a=1")).isEqualTo(canonical("a == 1 , b in (1,2,1)"));
    assertThat(canonical("a=1")).isEqualTo(canonical("a in (1)"));
    assertThat(canonical("a=1,a=1")).isEqualTo(canonical("a=1"));
    assertThat(canonical("a=1")).isNotEqualTo(canonical("a!=1"));
    assertThat(canonical("a")).isNotEqualTo(canonical("a in ()"));
  }

  @Test
  void itHasALimit() {
    assertThat(Selector.of("a=" + "x".repeat(4_094)).isAll()).isFalse();
    assertThatThrownBy(() -> Selector.of("a=" + "ü".repeat(2_048)))
        .hasMessage("label_selector: 4098 bytes (expected: at most 4096)");
  }

  private static String canonical(String selector) {
    return Selector.of(selector).canonical();
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : text.isEmpty() ? new String[0] : text.split(";", -1)) {
      int equals = label.indexOf('=');
      labels.put(label.substring(0, equals), label.substring(equals + 1));
    }
    return labels;
  }
}
