package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** When a stream should have another token. */
final class ShownTokenTest {
  private Supplier<String> source = () -> "a";
  private final ShownToken token = new ShownToken(() -> source.get());

  @Test
  void tellsOnceThatThereIsAnother() {
    assertThat(token.fresh(0)).as("no stream yet").isNull();
    assertThat(token.get()).isEqualTo("a");
    assertThat(token.fresh(0)).isNull();
    source = () -> "b";
    assertThat(token.fresh(ShownToken.LOOK_NANOS - 1)).as("too soon").isNull();
    assertThat(token.fresh(ShownToken.LOOK_NANOS)).isEqualTo("b");
    assertThat(token.fresh(2 * ShownToken.LOOK_NANOS)).isNull();
  }

  @Test
  void triesAgainWhereItWasRefused() {
    assertThat(token.get()).isEqualTo("a");
    source = () -> "b";
    assertThat(token.fresh(0)).isEqualTo("b");
    token.onRefused();
    assertThat(token.fresh(1)).as("too soon").isNull();
    assertThat(token.fresh(ShownToken.LOOK_NANOS)).isEqualTo("b");
    token.onRefused();
    assertThat(token.get()).as("a new stream").isEqualTo("b");
    assertThat(token.fresh(2 * ShownToken.LOOK_NANOS)).isNull();
  }

  @Test
  void aSourceThatFailsHasNothingNew() {
    assertThat(token.get()).isEqualTo("a");
    source =
        () -> {
          throw new IllegalStateException("no file");
        };
    assertThat(token.fresh(0)).isNull();
  }
}
