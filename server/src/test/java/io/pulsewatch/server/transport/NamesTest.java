package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.server.liveness.InstanceKey;
import org.junit.jupiter.api.Test;

/** The rules for names, character by character. */
final class NamesTest {
  private static final String SERVICE =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  private static final String INSTANCE = SERVICE + ":@";

  @Test
  void eachCharacterIsInTheSetOrRefused() {
    for (char c = 0; c < 0x300; c++) {
      String name = "a" + c + "b";
      Throwable service = catchThrowable(() -> Names.key(name, "a"));
      Throwable instance = catchThrowable(() -> Names.key("a", name));
      assertThat(service == null).as("U+%04X", (int) c).isEqualTo(SERVICE.indexOf(c) >= 0);
      assertThat(instance == null).as("U+%04X", (int) c).isEqualTo(INSTANCE.indexOf(c) >= 0);
      if (service != null) {
        assertThat(service)
            .hasMessageContaining(String.format("service: character U+%04X at 1", (int) c));
      }
    }
  }

  @Test
  void bothPartsAreKept() {
    assertThat(Names.key("s", "i:1@h")).isEqualTo(new InstanceKey("s", "i:1@h"));
  }

  @Test
  void lengthsAreInUtf8() {
    Names.checkBytes("zone", "z".repeat(10), 10);
    Names.checkBytes("zone", "\u00e9".repeat(5), 10);
    Names.checkBytes("zone", "", 0);
    assertThatThrownBy(() -> Names.checkBytes("zone", "\u00e9".repeat(5) + "z", 10))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("zone: 11 bytes (expected: at most 10)")
        .extracting(e -> Status.fromThrowable(e).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    // A lone surrogate is one "?" in UTF-8.
    Names.checkBytes("zone", "\ud83d".repeat(10), 10);
  }
}
