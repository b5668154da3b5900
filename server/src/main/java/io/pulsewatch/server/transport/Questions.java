package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Suspicion;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.ProbeResult;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one client is asked over its stream: whether it is there, and what it sees of others.
 *
 * <p>An answer about itself renews its deadline here and now, as a heartbeat does, and ends its
 * suspicion in the loop. An answer about another is passed on as evidence. An answer to nothing
 * that was asked counts for nothing, and so does one that comes too late.
 *
 * <p>Confined to the event loop of its stream, but for {@link #key} and {@link #ask}.
 */
final class Questions implements Peer {
  /** Questions without an answer; past it the oldest is forgotten. */
  static final int MAX_OPEN = 4;

  private final HeartbeatStream stream;
  private final HeartbeatEndpoint endpoint;
  private final StreamLoop loop;
  private final Pulse pulse;
  private final InstanceKey key;
  private final Deque<Question> open = new ArrayDeque<>(MAX_OPEN);
  private long asked;

  /**
   * One question.
   *
   * @param at the endpoint of another instance; null: it is about the client itself
   * @param nanos when it was asked, in awake time of the stream's reader
   */
  private record Question(
      String id, Suspicion suspicion, Details.@Nullable Endpoint at, long nanos, long within) {}

  /** What became of an answer. */
  enum Outcome {
    TAKEN,
    /** Nobody asked, or it was long ago. */
    UNKNOWN,
    /** It says nothing. */
    BAD
  }

  Questions(
      HeartbeatStream stream,
      HeartbeatEndpoint endpoint,
      StreamLoop loop,
      Pulse pulse,
      InstanceKey key) {
    this.stream = stream;
    this.endpoint = endpoint;
    this.loop = loop;
    this.pulse = pulse;
    this.key = key;
  }

  @Override
  public InstanceKey key() {
    return key;
  }

  @Override
  public void ask(Suspicion suspicion, Details.Endpoint at, long withinNanos) {
    loop.execute(() -> put(suspicion, at, withinNanos));
  }

  /** "Are you there?" */
  void askItself(Suspicion suspicion, long withinNanos) {
    if (withinNanos > 0 && put(suspicion, null, withinNanos)) {
      endpoint.asking().onAsked(suspicion, withinNanos);
    }
  }

  Outcome onResult(ProbeResult result) {
    Question question = take(result.getProbeId());
    if (question == null) {
      return Outcome.UNKNOWN;
    }
    long nowNanos = endpoint.nowNanos();
    Details.Endpoint at = question.at();
    if (at == null) {
      Command.OwnAnswer own = pulse.onAnswer(question.nanos(), question.within(), nowNanos);
      return own == null ? Outcome.UNKNOWN : tellOwn(question, own, nowNanos);
    }
    if (!pulse.isInTime(question.nanos(), question.within(), nowNanos)) {
      return Outcome.UNKNOWN;
    }
    Probe.Outcome outcome = Enums.seenByPeer(result.getOutcome());
    if (outcome == null) {
      return Outcome.BAD;
    }
    long took = Math.max(0, Math.min(question.within(), Nanos.of(result.getTook())));
    Probe seen = new Probe(key.toString(), at, outcome, took);
    endpoint.tell(new Command.Probed(question.suspicion(), seen, null));
    return Outcome.TAKEN;
  }

  private Outcome tellOwn(Question question, Command.OwnAnswer own, long nowNanos) {
    long tookNanos = pulse.onAsked(nowNanos) - question.nanos();
    Probe proven = new Probe(key.toString(), null, Probe.Outcome.PROVEN, tookNanos);
    endpoint.tell(new Command.Probed(question.suspicion(), proven, own));
    return Outcome.TAKEN;
  }

  /** Nothing is queued for a client that does not read: it is not asked then. */
  private boolean put(Suspicion suspicion, Details.@Nullable Endpoint at, long withinNanos) {
    String id = Long.toString(asked + 1);
    ProbeRequest.Builder request =
        ProbeRequest.newBuilder()
            .setProbeId(id)
            .setService(suspicion.key().service())
            .setInstanceId(suspicion.key().instanceId())
            .setIncarnation(suspicion.incarnation())
            .setWithin(Nanos.duration(withinNanos));
    if (at != null) {
      request.setEndpoint(Faces.endpoint(at));
    }
    if (!stream.sendIfReady(HeartbeatResponse.newBuilder().setProbeRequest(request).build())) {
      return false;
    }
    asked++;
    if (open.size() == MAX_OPEN) {
      open.removeFirst();
    }
    long askedByReader = pulse.onAsked(endpoint.nowNanos());
    open.addLast(new Question(id, suspicion, at, askedByReader, withinNanos));
    return true;
  }

  private @Nullable Question take(String id) {
    for (Question question : open) {
      if (question.id().equals(id)) {
        open.remove(question);
        return question;
      }
    }
    return null;
  }
}
