package io.pulsewatch.cli.vectors;

import io.pulsewatch.server.detector.Fence;
import io.pulsewatch.server.detector.Nfd2w;
import io.pulsewatch.server.detector.TcpStall;
import java.util.List;

/** Expected arrivals, fences and stalls. Stateless. */
final class OtherVectors {
  /** Fences are told with three decimals. */
  private static final double THREE_DECIMALS = 5.1e-4;

  private static final double A_NANO = 1e-6;

  private OtherVectors() {}

  /** Chen's expected arrival, by one window or by two. */
  static void checkExpectedArrival(VectorCase each) {
    List<Double> sequences = each.numbers("seqs");
    List<Double> arrivals = each.numbers("arrivals");
    if (sequences.isEmpty() || sequences.size() != arrivals.size()) {
      throw new UnsupportedCaseException("as many arrivals as sequences are needed");
    }
    Nfd2w.Settings settings = windows(each, sequences.size());
    Nfd2w detector = new Nfd2w(each.nanos("eta"), settings);
    long last = 0;
    long before = 0;
    for (int i = 0; i < sequences.size(); i++) {
      long sequence = (long) (double) sequences.get(i);
      last = VectorCase.nanosOf(arrivals.get(i));
      if (i > 0 && sequence <= before) {
        throw new UnsupportedCaseException("a stream does not reorder");
      }
      detector.onHeartbeat(i == 0 ? 1 : sequence - before, last);
      before = sequence;
    }
    double tolerance = each.tolerance(A_NANO);
    double expected = last + detector.expectedInNanos();
    each.expect("ea", VectorCase.millis(expected), tolerance);
    each.expect("deadline", VectorCase.millis(expected + settings.marginNanos()), tolerance);
  }

  /** The client's own deadline. */
  static void checkFence(VectorCase each) {
    long fence =
        Fence.nanos(
            each.nanos("T_ms"), each.number("rho_c"), each.number("rho_s"), each.nanos("act_ms"));
    each.expect("F_ms", VectorCase.millis(fence), each.tolerance(THREE_DECIMALS));
  }

  /** What lost segments make of a thin stream. */
  static void checkStall(VectorCase each) {
    long stall = TcpStall.nanos(each.nanos("rto_ms"), each.count("k"));
    if (stall == Long.MAX_VALUE) {
      throw new UnsupportedCaseException("a stall of centuries");
    }
    each.expect("stall_ms", VectorCase.millis(stall), each.tolerance(A_NANO));
  }

  private static Nfd2w.Settings windows(VectorCase each, int heartbeats) {
    long margin = each.nanos("alpha", each.nanos("alpha_ms", 0));
    int shortWindow;
    int longWindow;
    if (each.has("two_windows")) {
      List<Double> two = each.numbers("two_windows");
      if (two.size() != 2) {
        throw new UnsupportedCaseException("two windows are two numbers");
      }
      shortWindow = (int) (double) two.get(0);
      longWindow = (int) (double) two.get(1);
    } else {
      shortWindow = each.count("n");
      longWindow = shortWindow;
    }
    // What is longer than the case is full never.
    return new Nfd2w.Settings(
        margin, Math.min(shortWindow, heartbeats), Math.min(longWindow, heartbeats));
  }
}
