package io.pulsewatch.cli.config;

import java.util.List;

/**
 * What one place says.
 *
 * @param settings what can be understood
 * @param blocks what is said in lists of alike
 * @param faults what cannot be understood
 */
record Contents(List<Setting> settings, List<Block> blocks, List<Fault> faults) {
  static final Contents NOTHING = new Contents(List.of(), List.of());

  Contents {
    settings = List.copyOf(settings);
    blocks = List.copyOf(blocks);
    faults = List.copyOf(faults);
  }

  Contents(List<Setting> settings, List<Fault> faults) {
    this(settings, List.of(), faults);
  }
}
