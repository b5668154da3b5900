package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits by name. */
final class LimitsTest {
  @Test
  void eachNameIsItsOwnLimit() {
    Map<String, Integer> chosen = new HashMap<>();
    Map<String, Long> expected = new HashMap<>();
    for (String name : Limits.DEFAULT.named().keySet()) {
      chosen.put(name, chosen.size() + 1);
      expected.put(name, (long) chosen.size());
    }
    assertThat(chosen).hasSize(Limit.values().length);
    assertThat(Limits.DEFAULT.with(chosen).named()).isEqualTo(expected);
    assertThat(Limits.DEFAULT.with(chosen).of(Limit.RING_SIZE)).isEqualTo(chosen.get("ring_size"));
  }

  @Test
  void whatIsNotNamedStays() {
    assertThat(Limits.DEFAULT.with(Map.of())).isEqualTo(Limits.DEFAULT);
    assertThat(Limits.DEFAULT.with(Map.of("max_streams", 7)).of(Limit.MAX_INSTANCES))
        .isEqualTo(Limits.DEFAULT.of(Limit.MAX_INSTANCES));
  }

  @Test
  void unknownNamesAndEmptyRoomAreRefused() {
    assertThatThrownBy(() -> Limits.DEFAULT.with(Map.of("max_stream", 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("max_stream (expected: one of [history_hours, ");
    assertThatThrownBy(() -> Limits.DEFAULT.with(Map.of("max_streams", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max_streams: 0 (expected: at least 1)");
  }
}
