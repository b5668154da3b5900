package io.pulsewatch.server.simulation;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Released;
import io.pulsewatch.server.liveness.Suspicion;
import io.pulsewatch.server.liveness.Times;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The server's end of one stream: what the transport does with it. */
final class ServerStream implements Party {
  private static final int ONE_STEP_PERCENT = 125;
  static final long NOT_PUT_OFF = -1;

  private final SimulatedWorld world;
  private final SimulatedClient client;
  private final Link link;
  private final Registration registration;
  private @Nullable Pulse pulse;
  private @Nullable Mark registerRead;
  private @Nullable Mark lossRead;
  private @Nullable Life life;
  private @Nullable Times granted;
  private int stretchPercent = Times.AS_GRANTED;
  private boolean isStretchUntold;
  private @Nullable StreamQuestions questions;
  private final WorkOracle work;
  private List<HeldRole> listed = List.of();
  private boolean closed;
  private long putOffNanos = NOT_PUT_OFF;
  private int unread;
  private final int process;

  ServerStream(SimulatedWorld world, SimulatedClient client, Link link, Registration registration) {
    this.world = world;
    this.client = client;
    this.link = link;
    this.registration = registration;
    this.work = new WorkOracle(world, this);
    this.process = world.server().process();
  }

  @Override
  public SimulatedClient client() {
    return client;
  }

  @Override
  public Registration registration() {
    return registration;
  }

  @Override
  public @Nullable SimulatedReader reader() {
    return link.reader();
  }

  @Override
  public @Nullable Mark readAt() {
    return registerRead;
  }

  @Override
  public @Nullable Mark lossRead() {
    return lossRead;
  }

  @Override
  public void setLife(Life next) {
    life = next;
  }

  @Nullable Life life() {
    return life;
  }

  WorkOracle work() {
    return work;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isOf(Command.OwnAnswer answer) {
    return answer.pulse() == pulse;
  }

  /** A planted fault makes somebody else's word its own. */
  Command.@Nullable OwnAnswer answerOf(Suspicion suspect) {
    Life other = world.oracle().life(suspect.key());
    Pulse its = other != null && other.party instanceof ServerStream stream ? stream.pulse : null;
    return its == null ? null : new Command.OwnAnswer(its, 0);
  }

  /** Without being a heartbeat. */
  void onSignOfLife() {
    world.oracle().onSignOfLife(this);
  }

  /** Heartbeats in the socket that nobody has read. */
  int unread() {
    return unread;
  }

  /** The process that had this stream has ended. */
  private boolean isGone() {
    return process != world.server().process() || world.server().isDown();
  }

  void onRegister() {
    if (isGone()) {
      return;
    }
    registerRead = world.oracle().mark();
    SimulatedServer server = world.server();
    Pulse mine = new Pulse(link.reader(), server.loopClock(), server.nanos());
    pulse = mine;
    if (!registration.rules().isEmpty()) {
      mine.watch(new Progress(registration.rules(), registration.times().intervalNanos()));
    }
    long wait = server.ask(registration.command(this, mine, world, null), this);
    if (wait > 0) {
      closed = true;
      link.down(() -> client.onPutOff(link, wait + world.random().nextLong(wait)));
    } else {
      world.server().drain().onOpened(this);
    }
  }

  /** We end it, and ask its client to stay away for so long. */
  void sendAway(long wait) {
    link.reader()
        .execute(
            () -> {
              Pulse to = pulse;
              if (!closed && !isGone() && to != null) {
                close();
                lossRead = world.oracle().mark();
                putOffNanos = wait;
                world.oracle().onLossRead(this, lossRead);
                world.oracle().onSentAway(this);
                post(to, to.onEnd(new News.Ending(News.End.LOST, "sent away", Math.max(1, wait))));
                link.down(() -> client.onPutOff(link, wait));
              }
            });
  }

  /** How long its client was asked to stay away when we ended it; {@link #NOT_PUT_OFF}. */
  long putOffNanos() {
    return putOffNanos;
  }

  void onDelivered() {
    unread++;
  }

  void onHeartbeat(SentHeartbeat sent) {
    unread--;
    Pulse to = pulse;
    Times unstretched = granted;
    if (closed || isGone() || to == null || unstretched == null) {
      return;
    }
    Times times = unstretched.stretched(stretchPercent);
    long arrival = world.server().nanos();
    // Only where it is not doubted too soon by that, which would be found first.
    boolean isDoubtedLate =
        registration.detector().equals(new DetectorChoice.Fixed(0))
            && times.timeoutNanos() >= 3 * times.intervalNanos();
    boolean movedBack = world.fault() == Fault.DEADLINE_MOVED_BACK && isDoubtedLate;
    if (movedBack && world.random().nextInt(50) == 0) {
      arrival -= times.intervalNanos() / 2;
    }
    if (world.fault() == Fault.DOUBTED_TOO_SOON) {
      arrival -= times.intervalNanos() / 2;
    }
    to.onProgress(world.fault().told(sent));
    Pulse.Outcome outcome =
        to.onHeartbeat(
            sent.sequence(), sent.sentNanos(), 0, sent.status(), sent.holdNanos(), arrival);
    Released released = sent.released();
    if (released != null) {
      post(to, to.onReleased(released));
    }
    work.onHeartbeat(sent, link.reader());
    world.oracle().onHeartbeat(this, outcome == Pulse.Outcome.ACK, sent.holdNanos());
    stretch(world.server().stretchPercent());
    if (outcome == Pulse.Outcome.ACK) {
      ack(sent.sentNanos(), unstretched.stretched(stretchPercent));
    } else {
      post(to, outcome);
    }
  }

  /** All are judged by longer times; it is told so with the next ack, its detector now. */
  private void stretch(int percent) {
    Times unstretched = granted;
    Pulse to = pulse;
    if (percent > stretchPercent && unstretched != null && to != null) {
      stretchPercent = percent;
      isStretchUntold = true;
      if (world.fault() != Fault.DETECTOR_NOT_STRETCHED) {
        to.grant(unstretched, percent);
      }
      world.oracle().onTold(this, percent);
    }
  }

  private void ack(long sentNanos, Times inForce) {
    Times unstretched = granted;
    Times stretched =
        isStretchUntold && unstretched != null ? unstretched.stretched(stretchPercent) : null;
    isStretchUntold = false;
    boolean isAhead = world.fault() == Fault.STRETCHED_AHEAD && stretchPercent > Times.AS_GRANTED;
    Times fence = isAhead ? inForce.stretched(ONE_STEP_PERCENT) : inForce;
    List<HeldRole> roles = roles();
    link.down(() -> client.onAck(link, sentNanos, fence, stretched, roles));
  }

  /** Each ack, and each grant, lists what the pulse has at that moment. */
  private List<HeldRole> roles() {
    List<HeldRole> now = pulse == null ? List.of() : pulse.roles();
    boolean isStale = world.fault() == Fault.STALE_ROLES_LISTED && listed.size() > now.size();
    listed = isStale ? listed : now;
    return listed;
  }

  /** A planted fault lets the kernel hear that its sender leaves. */
  void leaveForIt() {
    Pulse to = pulse;
    if (to != null && !to.roles().isEmpty()) {
      post(to, to.onEnd(new News.Ending(News.End.LEFT, "planted")));
    }
  }

  /** A planted fault lets the kernel hear that its sender gives up what it holds. */
  void giveUpForIt() {
    Pulse to = pulse;
    if (to != null && !to.roles().isEmpty()) {
      Set<Long> tokens = to.roles().stream().map(HeldRole::token).collect(Collectors.toSet());
      post(to, to.onReleased(new Released(tokens, Set.of())));
    }
  }

  /** The interval that its sender was told. */
  long intervalNanos() {
    Times unstretched = granted == null ? registration.times() : granted;
    return unstretched.stretched(stretchPercent).intervalNanos();
  }

  void onEnd(News.End end) {
    Pulse to = pulse;
    if (closed || isGone() || to == null) {
      return;
    }
    if (end == News.End.LOST) {
      close();
      lossRead = world.oracle().mark();
      world.oracle().onLossRead(this, lossRead);
    }
    post(to, to.onEnd(new News.Ending(end, "simulated")));
  }

  @Override
  public void reply(Answer.Reply reply) {
    link.reader().execute(() -> onReply(reply));
  }

  private void onReply(Answer.Reply reply) {
    if (closed || isGone()) {
      return;
    }
    if (reply instanceof Answer.Granted grant) {
      granted = grant.entry().times();
      stretchPercent = grant.stretchPercent();
      if (client.looksAtOthers()) {
        world.server().prober().asking().onPeer(questions());
      }
      List<HeldRole> roles = roles();
      link.down(() -> client.onGranted(link, grant, roles));
    } else if (reply instanceof Answer.Heard heard) {
      stretch(heard.stretchPercent());
      ack(heard.sentNanos(), heard.times());
    } else if (reply instanceof Answer.Told && !registration.roles().isEmpty()) {
      List<HeldRole> roles = roles();
      link.down(() -> client.onListed(link, roles));
    } else if (reply instanceof Answer.Asked asked) {
      questions().askItself(asked);
    } else if (reply instanceof Answer.Refused refused) {
      close();
      link.down(() -> client.onRefused(link, refused));
    } else if (reply instanceof Answer.Farewell) {
      close();
    }
  }

  private StreamQuestions questions() {
    StreamQuestions mine = questions;
    if (mine == null) {
      mine = new StreamQuestions(world, client, link, this, Objects.requireNonNull(pulse));
      questions = mine;
    }
    return mine;
  }

  private void close() {
    closed = true;
    world.server().drain().onClosed(this);
    if (questions != null) {
      world.server().prober().asking().onPeerGone(questions);
    }
  }

  private void post(Pulse to, Pulse.Outcome outcome) {
    if (outcome == Pulse.Outcome.POST) {
      world.server().post(to, () -> world.oracle().onNewsDrained(this));
    }
  }
}
