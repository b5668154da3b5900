package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import org.jspecify.annotations.Nullable;

/** The server's end of one stream: what the transport does with it. */
final class ServerStream implements Party {
  private final SimulatedWorld world;
  private final SimulatedClient client;
  private final Link link;
  private final Registration registration;
  private @Nullable Pulse pulse;
  private @Nullable Mark registerRead;
  private @Nullable Mark lossRead;
  private @Nullable Life life;
  private @Nullable Times granted;
  private boolean closed;
  private int unread;

  ServerStream(SimulatedWorld world, SimulatedClient client, Link link, Registration registration) {
    this.world = world;
    this.client = client;
    this.link = link;
    this.registration = registration;
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

  /** Heartbeats in the socket that nobody has read. */
  int unread() {
    return unread;
  }

  void onRegister() {
    registerRead = world.oracle().mark();
    SimulatedServer server = world.server();
    pulse = new Pulse(link.reader(), server.loopClock(), server.nanos());
    long wait = server.ask(registration.command(this, pulse, world, null), this);
    if (wait > 0) {
      closed = true;
      link.down(() -> client.onPutOff(link, wait));
    }
  }

  void onDelivered() {
    unread++;
  }

  void onHeartbeat(long sequence, long sentNanos, @Nullable Status status, long holdNanos) {
    unread--;
    Pulse to = pulse;
    Times times = granted;
    if (closed || to == null || times == null) {
      return;
    }
    long arrival = world.server().nanos();
    if (world.fault() == Fault.DEADLINE_MOVED_BACK && world.random().nextInt(50) == 0) {
      arrival -= times.intervalNanos() / 2;
    }
    Pulse.Outcome outcome = to.onHeartbeat(sequence, sentNanos, 0, status, holdNanos, arrival);
    world.oracle().onHeartbeat(this, outcome == Pulse.Outcome.ACK, holdNanos);
    if (outcome == Pulse.Outcome.ACK) {
      link.down(() -> client.onAck(link, sentNanos, times));
    } else {
      post(to, outcome);
    }
  }

  void onEnd(News.End end) {
    Pulse to = pulse;
    if (closed || to == null) {
      return;
    }
    closed = end == News.End.LOST;
    if (end == News.End.LOST) {
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
    if (closed) {
      return;
    }
    if (reply instanceof Answer.Granted grant) {
      granted = grant.entry().times();
      link.down(() -> client.onGranted(link, grant));
    } else if (reply instanceof Answer.Heard heard) {
      link.down(() -> client.onAck(link, heard.sentNanos(), heard.times()));
    } else if (reply instanceof Answer.Refused refused) {
      closed = true;
      link.down(() -> client.onRefused(link, refused));
    } else if (reply instanceof Answer.Farewell) {
      closed = true;
    }
  }

  private void post(Pulse to, Pulse.Outcome outcome) {
    if (outcome == Pulse.Outcome.POST) {
      world.server().post(to);
    }
  }
}
