package io.pulsewatch.server.liveness;

import io.pulsewatch.server.detector.DetectorChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sender's calls to a {@link Rig}. Its fields are what the next call will carry. Confined to
 * the test's thread.
 */
final class ManualClient implements Answer.Caller {
  private final Rig rig;
  final InstanceKey key;
  final ManualReader reader;
  final List<Answer.Reply> replies = new ArrayList<>();
  String processId = "";
  String zone = "";
  String network = "";
  int weight;
  List<String> roles = List.of();
  Times times = Rig.TIMES;
  Status status = Status.SERVING;
  Token offered = new Token(0, 7, 7);
  @Nullable Token presented;
  boolean takeOver;

  /** SUSPECT after 2 x interval. */
  DetectorChoice detector = new DetectorChoice.Fixed(0);

  Pulse pulse;
  private long sequence;

  ManualClient(Rig rig, ManualReader reader, InstanceKey key) {
    this.rig = rig;
    this.reader = reader;
    this.key = key;
    this.pulse = new Pulse(reader, rig.loopClock, rig.nanos());
  }

  void register() {
    pulse = new Pulse(reader, rig.loopClock, rig.nanos());
    pulse.judgeBy(detector);
    rig.offer(ask(null));
  }

  /** A unary beat that registers or renews. */
  void registerByBeat(News heartbeat) {
    registerByBeat(heartbeat, made -> {});
  }

  void registerByBeat(News heartbeat, Consumer<Pulse> withProgress) {
    pulse = new Pulse(rig.door, rig.loopClock, rig.nanos());
    pulse.judgeBy(detector);
    withProgress.accept(pulse);
    rig.offer(ask(heartbeat));
  }

  /** A unary beat that has a token only. */
  void beat(News news) {
    Token token = presented == null ? new Token(0, 0, 0) : presented;
    rig.offer(new Command.Beat(this, key, token, news));
  }

  /** The same with counters. */
  void beat(News news, Map<String, Long> progress) {
    rig.offer(new Command.Beat(this, key, Objects.requireNonNull(presented), news, progress));
  }

  private Command.Register ask(@Nullable News heartbeat) {
    return new Command.Register(
        this,
        key,
        pulse,
        processId,
        presented,
        offered,
        takeOver,
        new Details(List.of(), Map.of(), zone, weight, "", roles),
        times,
        status,
        heartbeat,
        network,
        rig.nanos());
  }

  Pulse.Outcome heartbeat() {
    return heartbeat(++sequence, null);
  }

  Pulse.Outcome heartbeat(long number, @Nullable Status reported) {
    sequence = number;
    Pulse.Outcome outcome =
        pulse.onHeartbeat(number, rig.nanos() - rig.origin, 0, reported, rig.nanos());
    rig.post(outcome, pulse);
    return outcome;
  }

  /** It gives up roles. */
  void release(Released released) {
    rig.post(pulse.onReleased(released), pulse);
  }

  /** We end its stream. */
  void sendAway(long waitNanos) {
    rig.post(pulse.onEnd(new News.Ending(News.End.LOST, "sent away", waitNanos)), pulse);
  }

  /** A heartbeat that announces a pause; 0: none. */
  Pulse.Outcome hold(long holdNanos) {
    Pulse.Outcome outcome =
        pulse.onHeartbeat(++sequence, rig.nanos() - rig.origin, 0, null, holdNanos, rig.nanos());
    rig.post(outcome, pulse);
    return outcome;
  }

  void end(News.End end) {
    rig.post(pulse.onEnd(new News.Ending(end, "text")), pulse);
  }

  /** The newest grant; it must have one. */
  Answer.Granted granted() {
    return Objects.requireNonNull(newestGrant(), "no grant");
  }

  long incarnation() {
    Answer.Granted granted = newestGrant();
    return granted == null ? 0 : granted.entry().incarnation();
  }

  private Answer.@Nullable Granted newestGrant() {
    Answer.Granted granted = null;
    for (Answer.Reply reply : replies) {
      granted = reply instanceof Answer.Granted g ? g : granted;
    }
    return granted;
  }

  /** The token that it was given with its last grant. */
  Token token() {
    return offered.of(incarnation());
  }

  Answer.Reply lastReply() {
    return replies.get(replies.size() - 1);
  }

  Answer.@Nullable Refusal refusal() {
    return !replies.isEmpty() && lastReply() instanceof Answer.Refused refused
        ? refused.refusal()
        : null;
  }

  @Override
  public void reply(Answer.Reply reply) {
    replies.add(reply);
  }
}
