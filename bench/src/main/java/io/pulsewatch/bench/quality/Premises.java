package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Range;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.concurrent.TimeUnit;

/** What the streams are made of and the detectors are told, as the prose tells it. Stateless. */
final class Premises {
  private static final double MILLIS_PER_SECOND = 1_000;

  private Premises() {}

  static void put(Figures figures) {
    figures.put("fleet_streams", "%d", TcpFleet.STREAMS);
    figures.put("fleet_interval", seconds(TcpFleet.INTERVAL_MILLIS));
    figures.put("fleet_lan_loss", oneIn(TcpFleet.LAN_LOSS));
    figures.put("fleet_wan_loss", oneIn(TcpFleet.WAN_LOSS));
    figures.put("fleet_mobile_loss", oneIn(TcpFleet.MOBILE_LOSS));
    figures.put("fleet_outage", inSeconds(TcpFleet.OUTAGE_MILLIS));
    figures.put("fleet_slipping", "%.0f %%", 100 * TcpFleet.SLIPPING);
    figures.put("pause_every", whole(TcpFleet.PAUSE_EVERY));
    figures.put("pause_millis", whole(TcpFleet.PAUSE_MILLIS));
    figures.put("long_pause", inSeconds(TcpFleet.LONG_PAUSE_MILLIS));
    figures.put("long_pause_every", "%,.0f", TcpFleet.LONG_PAUSE_EVERY);
    figures.put(
        "long_pause_a_day",
        "%.1f",
        TimeUnit.DAYS.toMillis(1) / (TcpFleet.LONG_PAUSE_EVERY * TcpFleet.INTERVAL_MILLIS));
    figures.put(
        "tail_stall_millis", "%d", TimeUnit.NANOSECONDS.toMillis(Profile.LAN.tail(1).stallNanos()));
    figures.put(
        "phi_floor_millis", "%d", TimeUnit.NANOSECONDS.toMillis(DetectorChoice.PHI_MIN_DEVIATION));
    figures.put("jaist_interval", "%.1f", JaistStream.INTERVAL_MILLIS);
    figures.put("jaist_round_trip", "%.0f", JaistStream.roundTripMillis());
    figures.put("jaist_lost", "%.1f", 100 * JaistStream.LOST);
  }

  /** A probability as people say it: the greater one first. */
  private static String oneIn(Range loss) {
    return Figures.format("%,.0f to %,.0f", 1 / loss.to(), 1 / loss.from());
  }

  private static String whole(Range range) {
    return Figures.format("%,.0f to %,.0f", range.from(), range.to());
  }

  private static String inSeconds(Range millis) {
    return Figures.format(
        "%.1f to %.1f s", millis.from() / MILLIS_PER_SECOND, millis.to() / MILLIS_PER_SECOND);
  }

  private static String seconds(double millis) {
    return Figures.format("%.0f s", millis / MILLIS_PER_SECOND);
  }
}
