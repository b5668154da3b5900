package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Gap;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Token;
import org.jspecify.annotations.Nullable;

/** The server's end of one unary beat. */
final class BeatCall implements Party {
  private final SimulatedWorld world;
  private final CronJob job;
  private final SimulatedClient client;
  private final Link link;
  private final Registration registration;
  private final long sentNanos;
  private @Nullable Mark readAt;

  BeatCall(
      SimulatedWorld world,
      CronJob job,
      SimulatedClient client,
      Link link,
      Registration registration,
      long sentNanos) {
    this.world = world;
    this.job = job;
    this.client = client;
    this.link = link;
    this.registration = registration;
    this.sentNanos = sentNanos;
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
    return null;
  }

  @Override
  public @Nullable Mark readAt() {
    return readAt;
  }

  @Override
  public @Nullable Mark lossRead() {
    return null;
  }

  @Override
  public void setLife(Life life) {}

  void onRead() {
    if (world.server().isDown()) {
      return;
    }
    readAt = world.oracle().mark();
    SimulatedServer server = world.server();
    News beat = News.heard(0, sentNanos, Gap.NONE, null);
    Token token = registration.presentedBy(world);
    if (registration.renewsOnly() && token != null) {
      server.ask(new Command.Beat(this, client.key(), token, beat), this);
    } else {
      Pulse pulse = new Pulse(server.door(), server.loopClock(), server.nanos());
      server.ask(registration.command(this, pulse, world, beat), this);
    }
  }

  @Override
  public void reply(Answer.Reply reply) {
    link.reader().execute(() -> link.down(() -> job.onReply(reply, sentNanos)));
  }
}
