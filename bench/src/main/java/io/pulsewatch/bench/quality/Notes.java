package io.pulsewatch.bench.quality;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What the research notes measured on a mixed fleet of two seeds: T_D in ms. Immutable.
 *
 * @param name which seed
 * @param fixed whole fleet, at the rates of {@link MixedFleet#RATES}
 * @param phi whole fleet, at the same; by which of its two rules is not said
 * @param lanFixed in the LAN, at the same
 * @param lanPhi in the LAN, at the same
 */
record Notes(
    String name,
    List<Integer> fixed,
    List<Integer> phi,
    List<Integer> lanFixed,
    List<Integer> lanPhi) {
  /** detectors.md, section 7. */
  static final List<Notes> SEEDS =
      List.of(
          new Notes(
              "notes, seed 11",
              List.of(2285, 6179),
              List.of(1918, 4732),
              List.of(2220, 6114),
              List.of(1562, 3416)),
          new Notes(
              "notes, seed 12",
              List.of(1936, 5634),
              List.of(1576, 4463),
              List.of(1878, 5576),
              List.of(1382, 3507)));

  /** Over the seeds. */
  static double mean(ToIntFunction<Notes> figure) {
    return SEEDS.stream().mapToInt(figure).average().orElseThrow();
  }

  /** How far the farther seed is from the mean of both, in percent of it. */
  static double spreadPercent(ToIntFunction<Notes> figure) {
    double mean = mean(figure);
    return SEEDS.stream()
        .mapToInt(figure)
        .mapToDouble(each -> offPercent(each, mean))
        .map(Math::abs)
        .max()
        .orElseThrow();
  }

  /** How much more than this it is, in percent. */
  static double offPercent(double is, double noted) {
    return 100 * (is / noted - 1);
  }
}
