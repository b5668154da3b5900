package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.v1.DetectorMode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** When clients are told anything at all. */
final class XdsPartTest {
  /** The server tells one mode, and warm-up only where there is nothing else to tell. */
  @Test
  void onlyAServerThatSaysSoIsKnownToBeWarm() {
    assertThat(Arrays.stream(DetectorMode.values()).filter(mode -> !XdsPart.mayWarmUp(mode)))
        .containsExactly(DetectorMode.DETECTOR_MODE_NORMAL);
  }
}
