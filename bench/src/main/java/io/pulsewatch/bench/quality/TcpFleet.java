package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A mixed fleet of heartbeat streams over TCP, made from a seed: a machine room, sites, and radio
 * links behind one server. Stateless.
 *
 * <p>A heartbeat arrives in order or not at all, so a lost segment is a stall: k losses of one
 * segment delay it by RTO (2^k - 1), and all behind it arrive with it. Senders pause, too: often a
 * little, seldom for seconds; half of them go on with the schedule that was late from then on, the
 * other half catch up. Ranges: detectors.md, section 3; each stream draws its own.
 *
 * <p>The notes leave open how likely a segment is to be lost again when it is sent again. See
 * {@link #LOST_AGAIN} and {@link CalibrationSection}.
 */
final class TcpFleet {
  static final String LAN = "LAN";
  static final String WAN = "WAN";
  static final String MOBILE = "mobile";
  static final List<String> PARTS = List.of(LAN, WAN, MOBILE);

  static final int STREAMS = 32;
  static final double INTERVAL_MILLIS = 1_000;

  /**
   * What is sent again is lost again in one of four cases, as losses on a path come in bursts.
   * Frozen: of the values tried, the one at which {@code fixed} comes nearest to the notes'
   * figures.
   */
  static final double LOST_AGAIN = 0.25;

  /** What is sent again is lost no more often than anything else. */
  static final double INDEPENDENT = 0;

  private static final double LONG_PAUSE_EVERY = 30_000;
  private static final int MOST_LOSSES = 5;

  private TcpFleet() {}

  /**
   * How many streams are where, of {@link #STREAMS}.
   *
   * @param lan in the machine room
   * @param wan between sites; the others are on radio links
   */
  record Mix(int lan, int wan) {
    /** A third each, about. */
    static final Mix EVEN = new Mix(12, 10);

    int mobile() {
      return STREAMS - lan - wan;
    }
  }

  /**
   * Makes a fleet.
   *
   * @param lostAgain probability that a segment that was lost is lost when it is sent again; never
   *     less than that of its first loss
   */
  static List<Stream> of(long seed, Mix mix, double lostAgain, int beats) {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Stream> fleet = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      Chance chance = new Chance(seeds.split());
      Link link =
          i < mix.lan()
              ? Link.lan(chance, lostAgain)
              : i < mix.lan() + mix.wan()
                  ? Link.wan(chance, lostAgain)
                  : Link.mobile(chance, lostAgain);
      fleet.add(
          new Stream(
              link.part(),
              trace(link.part() + " " + i, link, chance, beats),
              millis(INTERVAL_MILLIS)));
    }
    return fleet;
  }

  /**
   * A path, all in milliseconds.
   *
   * @param jitter mean of what comes on top of half a round trip
   * @param loss probability of losing a segment
   * @param again probability of losing it again
   * @param rto until a lost segment is sent again, for the first time
   * @param outageEvery heartbeats from one outage to the next, on average; 0: none
   */
  private record Link(
      String part,
      double rtt,
      double jitter,
      double loss,
      double again,
      double rto,
      double outageEvery) {
    static Link lan(Chance chance, double lostAgain) {
      double rtt = chance.logUniform(0.2, 2);
      double loss = chance.logUniform(1e-6, 3e-5);
      return new Link(LAN, rtt, rtt / 4, loss, Math.max(loss, lostAgain), 200, 0);
    }

    static Link wan(Chance chance, double lostAgain) {
      double rtt = chance.uniform(20, 250);
      double loss = chance.logUniform(3e-4, 5e-3);
      double rto = Math.max(200, 1.3 * rtt);
      return new Link(WAN, rtt, rtt / 20, loss, Math.max(loss, lostAgain), rto, 0);
    }

    static Link mobile(Chance chance, double lostAgain) {
      double rtt = chance.uniform(50, 200);
      double loss = chance.logUniform(5e-3, 3e-2);
      double rto = Math.max(300, 2 * rtt);
      double outageEvery = chance.logUniform(200, 2_000);
      return new Link(MOBILE, rtt, rtt / 5, loss, Math.max(loss, lostAgain), rto, outageEvery);
    }

    double delay(Chance chance) {
      double delay = rtt / 2 + chance.exponential(jitter);
      int losses = 0;
      while (losses < MOST_LOSSES && chance.happens(losses == 0 ? loss : again)) {
        losses++;
      }
      return delay + rto * ((1 << losses) - 1);
    }
  }

  private static Trace trace(String name, Link link, Chance chance, int beats) {
    double pauseEvery = chance.logUniform(100, 1_000);
    double pauseMedian = chance.uniform(20, 60);
    boolean slips = chance.happens(0.5);
    long[] sequences = new long[beats];
    long[] sent = new long[beats];
    long[] arrivals = new long[beats];
    double schedule = 0;
    double free = 0;
    double open = 0;
    double arrival = 0;
    for (int i = 0; i < beats; i++) {
      schedule += INTERVAL_MILLIS;
      double ready = Math.max(schedule, free);
      if (chance.happens(1 / pauseEvery)) {
        ready += chance.logNormal(pauseMedian, 1);
      }
      if (chance.happens(1 / LONG_PAUSE_EVERY)) {
        ready += chance.uniform(500, 2_500);
      }
      free = ready;
      if (slips) {
        schedule = ready;
      }
      if (link.outageEvery() > 0 && chance.happens(1 / link.outageEvery())) {
        open = ready + chance.uniform(300, 5_000);
      }
      arrival = Math.max(arrival, Math.max(ready, open) + link.delay(chance));
      sequences[i] = i + 1L;
      sent[i] = millis(ready);
      arrivals[i] = millis(arrival);
    }
    return new Trace(name, sequences, sent, arrivals);
  }

  static long millis(double value) {
    return Math.round(value * TimeUnit.MILLISECONDS.toNanos(1));
  }
}
