package io.pulsewatch.server.simulation;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.Times;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What kind of client an instance is, and how far away.
 *
 * @param byBeat comes by unary beats, in a loose rhythm
 * @param looseness gaps between beats are this fraction of an interval longer or shorter
 * @param delay one way
 * @param stallRate how often a message is held up by lost segments
 * @param beatLoss how often a beat gets lost
 * @param rules what its workers promise
 * @param endpoints where it can be reached
 * @param roles what it stands for
 * @param looksAtOthers when it is asked to
 */
record Profile(
    InstanceKey key,
    Times times,
    DetectorChoice detector,
    boolean takeOver,
    boolean byBeat,
    double looseness,
    long delay,
    double stallRate,
    double beatLoss,
    List<Progress.Rule> rules,
    List<Details.Endpoint> endpoints,
    List<String> roles,
    boolean looksAtOthers) {

  double beatRhythm(RandomGenerator random) {
    return 1 + (random.nextDouble() * 2 - 1) * looseness;
  }
}
