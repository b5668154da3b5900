package io.pulsewatch.cli.vectors;

import java.util.List;

/**
 * What came of one group of cases.
 *
 * @param group its id in the file
 * @param unsupported cases whose mechanism this release has not, or whose fields it does not know
 * @param failures one line for each failed case
 */
public record GroupResult(
    String group, int passed, int failed, int unsupported, List<String> failures) {
  public GroupResult {
    failures = List.copyOf(failures);
  }
}
