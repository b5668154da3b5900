package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One stream of datagrams between continents, made from a seed after what is published of the
 * JAIST-EPFL trace of Hayashibara and others (2004). Stateless.
 *
 * <p>The sender's gaps have mean 103.501 ms and deviation 0.189 ms; a round trip takes 283 ms on
 * average and 270 ms at least; 0.397 % are lost in 814 bursts of 5,845,713 heartbeats, the longest
 * of 1093.
 */
final class JaistStream {
  static final double INTERVAL_MILLIS = 103.501;
  private static final double DEVIATION = 0.189;
  private static final double LEAST_DELAY = 135.1;
  private static final double DELAY_SHAPE = 0.4;
  private static final double DELAY_SCALE = 16.4;
  private static final double BURST_EVERY = 5_845_713.0 / 814;
  static final double LOST = 0.00397;
  private static final double BURST_SHAPE = 0.75;
  private static final int LONGEST_BURST = 1_093;

  private JaistStream() {}

  /** Twice the mean delay. */
  static double roundTripMillis() {
    return 2 * (LEAST_DELAY + DELAY_SHAPE * DELAY_SCALE);
  }

  static List<Stream> of(long seed, int beats) {
    Chance chance = new Chance(new SplittableRandom(seed));
    double scale = scale(LOST * BURST_EVERY);
    long[] sequences = new long[beats];
    long[] sent = new long[beats];
    long[] arrivals = new long[beats];
    int kept = 0;
    double lost = 0;
    double now = 0;
    double arrival = 0;
    for (int i = 0; i < beats; i++) {
      now += chance.gaussian(INTERVAL_MILLIS, DEVIATION);
      double came = now + LEAST_DELAY + chance.gamma(DELAY_SHAPE, DELAY_SCALE);
      if (chance.happens(1 / BURST_EVERY)) {
        lost += Math.min(LONGEST_BURST, scale * chance.pareto(BURST_SHAPE));
      }
      if (lost >= 1) {
        lost--;
      } else if (came > arrival) {
        arrival = came;
        sequences[kept] = i + 1L;
        sent[kept] = TcpFleet.millis(now);
        arrivals[kept] = TcpFleet.millis(came);
        kept++;
      }
    }
    Trace trace =
        new Trace(
            "JAIST-like " + seed,
            Arrays.copyOf(sequences, kept),
            Arrays.copyOf(sent, kept),
            Arrays.copyOf(arrivals, kept));
    return List.of(new Stream("JAIST-like", trace, TcpFleet.millis(INTERVAL_MILLIS)));
  }

  /** The scale at which a Pareto variable, cut at the longest burst, has this mean. */
  private static double scale(double mean) {
    double low = 0;
    double high = mean;
    while (high - low > 1e-9 * mean) {
      double middle = (low + high) / 2;
      double tail = Math.pow(LONGEST_BURST / middle, 1 - BURST_SHAPE) - 1;
      if (middle * (1 + tail / (1 - BURST_SHAPE)) < mean) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
