package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Suspicion;
import io.pulsewatch.server.transport.Peer;

/** What a client is asked over its stream, and what comes of its answers: transport's part. */
final class StreamQuestions implements Peer {
  /** Two a second, and a second of them saved up. */
  private static final int MOST_IN_SECOND = 4;

  private final SimulatedWorld world;
  private final SimulatedClient client;
  private final Link link;
  private final ServerStream stream;
  private final Pulse pulse;
  private final InSecond asked = new InSecond(MOST_IN_SECOND);

  StreamQuestions(
      SimulatedWorld world, SimulatedClient client, Link link, ServerStream stream, Pulse pulse) {
    this.world = world;
    this.client = client;
    this.link = link;
    this.stream = stream;
    this.pulse = pulse;
  }

  @Override
  public InstanceKey key() {
    return client.key();
  }

  /** About itself. */
  void askItself(Answer.Asked question) {
    Suspicion suspicion = question.suspicion();
    long within = question.withinNanos();
    if (within <= 0) {
      return;
    }
    world.server().prober().asking().onAsked(suspicion, within);
    long at = pulse.onAsked(world.server().nanos());
    link.down(() -> client.onAsked(link, () -> onOwnAnswer(suspicion, at, within)));
  }

  /** About another. */
  @Override
  public void ask(Suspicion suspicion, Details.Endpoint endpoint, long within) {
    asked.add(world.now());
    link.reader().execute(() -> put(suspicion, endpoint, within));
  }

  private void put(Suspicion suspicion, Details.Endpoint endpoint, long within) {
    long at = pulse.onAsked(world.server().nanos());
    link.down(
        () ->
            client.onAsked(
                link,
                () -> {
                  long now = world.server().nanos();
                  if (!stream.isClosed() && pulse.isInTime(at, within, now)) {
                    Probe.Outcome saw = world.server().prober().outcomeAt(endpoint.port());
                    tell(suspicion, new Probe(key().toString(), endpoint, saw, 0));
                  }
                }));
  }

  private void onOwnAnswer(Suspicion suspicion, long askedAt, long within) {
    if (stream.isClosed()) {
      return;
    }
    long now = world.server().nanos();
    long allowed = world.fault() == Fault.LATE_ANSWER_RENEWS ? Long.MAX_VALUE : within;
    Command.OwnAnswer own = pulse.onAnswer(askedAt, allowed, now);
    boolean late = now - link.reader().clock().pausedNanos() - askedAt > within;
    world.oracle().probes().onAnswer(stream, own != null, late);
    if (own != null) {
      Probe proven = new Probe(key().toString(), null, Probe.Outcome.PROVEN, 0);
      world.server().tell(new Command.Probed(suspicion, proven, own));
    }
  }

  private void tell(Suspicion suspicion, Probe seen) {
    Command.OwnAnswer own =
        world.fault() == Fault.PEERS_WORD_COUNTS ? stream.answerOf(suspicion) : null;
    world.server().tell(new Command.Probed(suspicion, seen, own));
  }
}
