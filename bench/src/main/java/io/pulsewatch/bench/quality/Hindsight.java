package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Tally;
import java.util.ArrayList;
import java.util.List;

/**
 * The best that constant margins can do: a fixed timeout for each stream, all chosen in hindsight
 * so that the fleet's mean detection time is least at its rate of mistakes. Immutable.
 *
 * <p>No detector can know it. What it shows is how much of a fleet's detection time is there to be
 * won. The choice is Lagrange's: at one price of a mistake, each stream takes the timeout at which
 * detection time and mistakes together cost least; the price is raised until the rate is kept.
 */
final class Hindsight {
  /** Each price is this much higher than the one before it. */
  private static final double STEP = 1.02;

  private final List<List<Tally>> choices = new ArrayList<>();

  /**
   * @param fixed the curve of the fixed timeout on a fleet
   * @param owners whose each block is
   */
  Hindsight(Curve fixed, List<Stream> owners) {
    for (Curve.Point point : fixed.points()) {
      List<Tally> streams = new ArrayList<>();
      int begin = 0;
      while (begin < owners.size()) {
        int end = begin;
        while (end < owners.size() && owners.get(end).equals(owners.get(begin))) {
          end++;
        }
        streams.add(Tally.sum(point.blocks().subList(begin, end)));
        begin = end;
      }
      choices.add(streams);
    }
  }

  /** The least mean detection time in ms at which the fleet keeps the rate. */
  double detectionMillisAt(double mistakesPerBeat) {
    for (double price = 1e3; price < 1e12; price *= STEP) {
      Tally all = choice(price);
      if (all.mistakesPerBeat() <= mistakesPerBeat) {
        return all.detectionMillis();
      }
    }
    return Double.NaN;
  }

  /**
   * @param price what a mistake costs, in ms of detection time of one heartbeat
   */
  private Tally choice(double price) {
    List<Tally> chosen = new ArrayList<>();
    for (int stream = 0; stream < choices.get(0).size(); stream++) {
      Tally best = choices.get(0).get(stream);
      for (List<Tally> point : choices) {
        if (cost(point.get(stream), price) < cost(best, price)) {
          best = point.get(stream);
        }
      }
      chosen.add(best);
    }
    return Tally.sum(chosen);
  }

  private static double cost(Tally tally, double price) {
    return tally.detectionMillis() * tally.beats() + price * tally.mistakes();
  }
}
