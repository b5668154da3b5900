package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Token;
import java.util.List;

/** A client that comes by unary beats: its rhythm is loose, and each beat goes its own way. */
final class CronJob {
  private final SimulatedWorld world;
  private final SimulatedClient client;
  private final Profile profile;
  private final Membership membership;
  private final ClientClock clock;

  CronJob(
      SimulatedWorld world,
      SimulatedClient client,
      Profile profile,
      Membership membership,
      ClientClock clock) {
    this.world = world;
    this.client = client;
    this.profile = profile;
    this.membership = membership;
    this.clock = clock;
  }

  void begin() {
    Token offered = membership.offer();
    long sent = clock.now();
    Token token = membership.token();
    boolean renewsOnly = token != null && world.random().nextBoolean();
    Registration ask =
        new Registration(
            client.key(),
            "",
            renewsOnly ? token : null,
            offered,
            profile.takeOver(),
            profile.times(),
            profile.detector(),
            Status.SERVING,
            List.of(),
            profile.endpoints(),
            profile.roles(),
            renewsOnly);
    Link once = world.newLink(profile);
    if (world.network().refuses() || world.random().nextDouble() < profile.beatLoss()) {
      once.cut();
    }
    BeatCall call = new BeatCall(world, this, client, once, ask, sent);
    once.up(() -> client.knock(call), call::onRead);
    long gap = (long) (profile.times().intervalNanos() * profile.beatRhythm(world.random()));
    client.after(gap, this::begin);
  }

  void onReply(Answer.Reply reply, long sentNanos) {
    client.run(
        () -> {
          if (reply instanceof Answer.Granted granted) {
            membership.accept(granted, sentNanos);
          } else if (reply instanceof Answer.Heard heard) {
            membership.fence().renew(sentNanos, heard.times());
          } else {
            membership.forget();
          }
        });
  }
}
