package io.pulsewatch.cli;

import io.pulsewatch.v1.Evidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whose share of a silence that a heartbeat ended was how long, in sentences, the greatest first.
 *
 * <p>The sender's numbers say what it skipped, its clock how late it sent; what neither explains of
 * the time beyond one interval was lost on the path. Immutable.
 */
final class Shares {
  /** A share below this is no reason for anything. */
  private static final Duration LEAST = Duration.ofMillis(10);

  /** Nor is one that is so many times smaller than the whole. */
  private static final int LEAST_PART = 20;

  private Shares() {}

  private record Share(Duration span, String sentence) {}

  /**
   * Divides the silence.
   *
   * @param interval granted; the part of the silence that nobody is to blame for
   */
  static List<String> of(Evidence evidence, Duration interval) {
    Duration silence = Spans.of(evidence.getSilence());
    Duration planned = evidence.hasPlanned() ? Spans.of(evidence.getPlanned()) : interval;
    Duration skipped = planned.minus(interval);
    Duration late = Spans.of(evidence.getSenderLate());
    Duration path = silence.minus(planned).minus(late);
    Duration over = silence.minus(interval);
    List<Share> shares = new ArrayList<>();
    add(shares, skipped, over, skippedWords(skipped, interval));
    add(shares, late, over, lateWords(late));
    add(
        shares,
        path,
        over,
        evidence.hasSenderLate()
            ? pathWords(path, isShare(late, over) || isShare(skipped, over))
            : unknownWords(path));
    if (shares.isEmpty()) {
      return List.of("Nobody was late by much: the silence allowed was short.");
    }
    shares.sort(Comparator.comparing(Share::span).reversed());
    return shares.stream().map(Share::sentence).toList();
  }

  private static void add(List<Share> shares, Duration span, Duration over, String sentence) {
    if (isShare(span, over)) {
      shares.add(new Share(span, sentence));
    }
  }

  private static boolean isShare(Duration span, Duration over) {
    return span.compareTo(LEAST) >= 0 && span.multipliedBy(LEAST_PART).compareTo(over) >= 0;
  }

  private static String skippedWords(Duration skipped, Duration interval) {
    long slots = interval.isZero() ? 0 : skipped.dividedBy(interval);
    return "The sender skipped "
        + slots
        + (slots == 1 ? " slot" : " slots")
        + " ("
        + Spans.measured(skipped)
        + "): it was stopped or starved, and knows it.";
  }

  private static String lateWords(Duration late) {
    return "It was sent "
        + Spans.measured(late)
        + " late by the sender's own clock: the sender was starved.";
  }

  private static String pathWords(Duration path, boolean senderToo) {
    return (senderToo ? "On its way it lost another " : "Sent on time, it came ")
        + Spans.measured(path)
        + (senderToo ? "" : " late")
        + ": the path was slow (a lost TCP segment stalls about 0.2, 0.6 or 1.4 s).";
  }

  private static String unknownWords(Duration path) {
    return "It came "
        + Spans.measured(path)
        + " late; the sender shows no clock, so nobody can tell sender from path.";
  }
}
