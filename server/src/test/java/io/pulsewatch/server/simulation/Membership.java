package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Token;
import org.jspecify.annotations.Nullable;

/** What a client was granted: its incarnation, its token, and the fence that goes with them. */
final class Membership {
  private final SimulatedWorld world;
  private final ClientFence fence;
  private @Nullable Token token;
  private @Nullable Token offered;
  private long incarnation;

  Membership(SimulatedWorld world, ClientFence fence) {
    this.world = world;
    this.fence = fence;
  }

  long incarnation() {
    return incarnation;
  }

  ClientFence fence() {
    return fence;
  }

  /** What it may resume with. */
  @Nullable Token token() {
    return token;
  }

  /** Its session is over. */
  void forget() {
    token = null;
  }

  /** Each stream is offered a token of its own. */
  Token offerAfresh() {
    Token fresh = world.freshToken();
    offered = fresh;
    return fresh;
  }

  /** All beats of a process offer the same one. */
  Token offer() {
    Token mine = offered;
    return mine == null ? offerAfresh() : mine;
  }

  void accept(Answer.Granted granted, long sentNanos) {
    Token made = offered;
    long given = granted.entry().incarnation();
    if (given != incarnation) {
      fence.drop();
    }
    incarnation = given;
    if (!granted.tokenKept() && made != null) {
      token = Tokens.of(made, given);
    }
    fence.renew(sentNanos, granted.times());
  }
}
