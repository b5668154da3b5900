package io.pulsewatch.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServiceNamesTest {
  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a, aa, false",
    "?, a, true",
    "?, aa, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "*, abc, true",
    "a*, a, true",
    "a*, abc, true",
    "a*, ba, false",
    "*a, ba, true",
    "*a, ab, false",
    "*a*, xay, true",
    "*a*, xyz, false",
    "a*b*c, a-b-c, true",
    "a*b*c, a-c-b, false",
    "a*b*c, abbcbc, true",
    "a**c, abc, true",
    "*?, a, true",
    "?*?, a, false",
    "?*?, ab, true",
    "*.v1, orders.v1, true",
    "*.v1, orders_v1, false",
    "a*a*a*a*b, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac, false"
  })
  void globs(String glob, String name, boolean matches) {
    assertThat(ServiceNames.of(List.of(glob, "other")).matches(name)).isEqualTo(matches);
  }

  @Test
  void noneMeansAll() {
    assertThat(ServiceNames.of(List.of()).isAll()).isTrue();
    assertThat(ServiceNames.of(List.of("a", "**")).isAll()).isTrue();
    assertThat(ServiceNames.of(List.of("a", "**")).isExact()).isFalse();
    assertThat(ServiceNames.ALL.matches("anything")).isTrue();
  }

  @Test
  void namesAloneAreExact() {
    ServiceNames names = ServiceNames.of(List.of("b", "a", "b"));
    assertThat(names.isExact()).isTrue();
    assertThat(names.names()).containsExactly("a", "b");
    assertThat(ServiceNames.of(List.of("b", "a?")).isExact()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'a/b', 'services[1]: character U+002F at 1 (expected: A-Z a-z 0-9 . _ - * ?)'",
    "'a:b', 'services[1]: character U+003A at 1 (expected: A-Z a-z 0-9 . _ - * ?)'",
    "'', 'services[1]: 0 characters (expected: 1..253)'"
  })
  void badNamesAreNamed(String name, String error) {
    assertThatThrownBy(() -> ServiceNames.of(List.of("good", name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(error);
  }

  @Test
  void limits() {
    assertThat(ServiceNames.of(Collections.nCopies(64, "a*")).matches("ab")).isTrue();
    assertThatThrownBy(() -> ServiceNames.of(Collections.nCopies(65, "a")))
        .hasMessage("services: 65 (expected: at most 64)");
    assertThat(ServiceNames.of(List.of("a".repeat(253))).isExact()).isTrue();
    assertThatThrownBy(() -> ServiceNames.of(List.of("a".repeat(254))))
        .hasMessage("services[0]: 254 characters (expected: 1..253)");
  }
}
