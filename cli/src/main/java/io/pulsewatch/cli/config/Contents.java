package io.pulsewatch.cli.config;

import java.util.List;

/**
 * What one place says.
 *
 * @param settings what can be understood
 * @param faults what cannot
 */
record Contents(List<Setting> settings, List<Fault> faults) {
  static final Contents NOTHING = new Contents(List.of(), List.of());

  Contents {
    settings = List.copyOf(settings);
    faults = List.copyOf(faults);
  }
}
