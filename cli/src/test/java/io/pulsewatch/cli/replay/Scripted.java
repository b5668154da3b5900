package io.pulsewatch.cli.replay;

import io.pulsewatch.server.detector.Detector;
import java.util.ArrayList;
import java.util.List;

/** A detector that says what it was told to say. Confined to the test's thread. */
final class Scripted implements Detector {
  private final long[] silences;
  private final List<String> heard = new ArrayList<>();

  /** What it answers to one heartbeat after the other; the last answer stays. */
  Scripted(long... silences) {
    this.silences = silences.clone();
  }

  /**
   * What it was told: how many slots, a {@code ?} where that ended a suspicion, a {@code -} where
   * it was not to learn.
   */
  List<String> heard() {
    return heard;
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    heard.add(Long.toString(slots));
    return silenceNanos();
  }

  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    heard.add("?" + slots);
    return silenceNanos();
  }

  @Override
  public long onUnrecorded(long slots, long arrivalNanos) {
    heard.add("-" + slots);
    return silenceNanos();
  }

  @Override
  public long silenceNanos() {
    return silences[Math.max(0, Math.min(heard.size(), silences.length) - 1)];
  }

  @Override
  public long jitterNanos() {
    return 0;
  }

  @Override
  public List<LatenessCount> lateness() {
    return List.of();
  }

  @Override
  public Detector successor() {
    return new Scripted(silences);
  }
}
