package io.pulsewatch.client.session;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The course of one sender: connect, register, beat, notice silence, back off, resume, leave, and
 * stop believing when its fence says so. Confined to the thread that drives it.
 *
 * <p>It is driven by {@link #onTick} and by arrivals, all with the time passed in, and acts through
 * {@link SenderActions}. Whoever drives it calls {@link #onTick} after each arrival and when {@link
 * #nextDelayNanos} is over. What has arrived is handed in before the tick: it counts first.
 */
public final class SenderMachine {
  // WAITING -> CONNECTING -> REGISTERING -> ESTABLISHED, each back to WAITING by a loss, and to
  // OVER by a verdict, or by leaving. One stream at a time; what arrives from an older one is
  // ignored by its number.
  private static final long HURRIED_CAP_NANOS = 1_000_000_000L;
  private static final long UNHURRIED_CAP_NANOS = 15_000_000_000L;

  private enum Phase {
    WAITING,
    CONNECTING,
    REGISTERING,
    ESTABLISHED,
    OVER
  }

  private final SenderActions actions;
  private final Servers servers;
  private final Backoff backoff;
  private final Belief belief;
  private final Attempts attempts = new Attempts();
  private final Schedule schedule = new Schedule();
  private final Silence silence = new Silence();
  private final Refutal refutal = new Refutal();
  private final Dismissal dismissal = new Dismissal();
  private final Roles roles;

  private Phase phase = Phase.WAITING;
  private Terms terms;
  private String sessionToken = "";

  /** Newest register or heartbeat of this stream. */
  private long lastSentNanos;

  private boolean beaten;
  private long silenceLimitNanos;

  /** What the register took on this connection. */
  private long roundTripNanos;

  private boolean news;
  private long retryAtNanos;

  /** Went afresh, and no heartbeat was acked since. */
  private boolean wentAfresh;

  private boolean closing;
  private boolean leaveSaid;
  private long closeByNanos;

  /**
   * Makes one.
   *
   * @param wished stands in for what is granted until it is
   * @param roles that it stands for
   */
  public SenderMachine(
      List<String> servers,
      Terms wished,
      List<RoleTerms> roles,
      RandomGenerator random,
      SenderActions actions) {
    this.actions = actions;
    this.roles = new Roles(roles);
    this.servers = new Servers(servers, random);
    backoff = new Backoff(random);
    belief = new Belief(actions);
    terms = wished;
  }

  /** Begins. */
  public void start(long nowNanos) {
    connect(servers.next(), nowNanos);
  }

  /**
   * Does what is due.
   *
   * @param streamReady whether the open stream takes a message now without queuing it
   */
  public void onTick(long nowNanos, boolean streamReady) {
    belief.judge(nowNanos);
    news |= roles.hasDue();
    if (closing && phase != Phase.OVER && nowNanos - closeByNanos >= 0) {
      stop();
    }
    switch (phase) {
      case WAITING -> {
        if (nowNanos - retryAtNanos >= 0) {
          connect(servers.next(), nowNanos);
        }
      }
      case CONNECTING -> {
        if (streamReady) {
          register(nowNanos);
        } else {
          giveUpLateAttempt("no connection", nowNanos);
        }
      }
      case REGISTERING -> {
        if (closing) {
          leave();
        }
        giveUpLateAttempt("no answer to the register", nowNanos);
      }
      case ESTABLISHED -> tickEstablished(nowNanos, streamReady);
      case OVER -> {}
    }
    roles.judge(belief, nowNanos); // last: a heartbeat that ends a pause brings fences forward
  }

  /** The register was answered. */
  public void onRegistered(long attempt, Grant grant, long nowNanos) {
    if (!isOpen(attempt) || phase != Phase.REGISTERING || closing) {
      return;
    }
    phase = Phase.ESTABLISHED;
    attempts.onAnswered();
    terms = grant.terms();
    sessionToken = grant.sessionToken();
    roundTripNanos = nowNanos - lastSentNanos;
    silenceLimitNanos = Silence.limitNanos(terms, grant.expiresInNanos(), roundTripNanos);
    if (belief.goesOn(grant)) {
      roles.onResumed();
      schedule.skipTo(nowNanos);
      schedule.setInterval(terms.intervalNanos());
      schedule.skipTo(nowNanos); // shorter than it was: slots have gone by that nobody knew
      schedule.onHeard(grant.lastSequence());
    } else {
      roles.end(nowNanos);
      // Those that registered in one instant do not beat in one instant.
      long early = backoff.upTo(terms.intervalNanos() / 2);
      schedule.begin(nowNanos + terms.intervalNanos() - early, terms.intervalNanos());
    }
    actions.keepGrant(grant);
    belief.onRegistered(grant, lastSentNanos, nowNanos);
    roles.onListed(grant.roles(), terms, belief, nowNanos);
  }

  /** Heartbeats were answered. */
  public void onAck(long attempt, Acknowledgement ack, long nowNanos) {
    if (!isOpen(attempt) || phase != Phase.ESTABLISHED || closing) {
      return;
    }
    onHeard(attempt);
    if (beaten) {
      backoff.reset();
      wentAfresh = false;
    }
    Terms stretched = ack.stretched();
    if (stretched != null) {
      stretch(stretched);
    }
    if (ack.suspected()) {
      refutal.ask(terms.intervalNanos(), nowNanos);
    }
    if (ack.sentNanos() - lastSentNanos <= 0) { // no echo of what was never sent
      belief.renew(ack.sentNanos(), ack.expiresInNanos());
      belief.judge(nowNanos);
      if (ack.expiresInNanos() >= 0) { // one that was asked for: it echoes an instant of ours
        roles.onCovered(ack.sentNanos());
      }
    }
    roles.onListed(ack.roles(), terms, belief, nowNanos);
  }

  /** The application wants a role no more. */
  public void onRoleGivenUp(String name, long nowNanos) {
    roles.onGivenUp(name, nowNanos);
  }

  /** The application's work in a role has stopped, of all eras up to this one. */
  public void onRoleStopped(String name, long era) {
    roles.onStopped(name, era);
  }

  /** What the application may believe of its roles from now on, in the order of their terms. */
  public List<RoleStanding> roles() {
    return roles.standings();
  }

  /** The server asks for more time between heartbeats: it gets that, and more time to answer. */
  private void stretch(Terms stretched) {
    terms = stretched;
    schedule.setInterval(terms.intervalNanos());
    silenceLimitNanos = Silence.limitNanos(terms, belief.onStretched(terms), roundTripNanos);
  }

  /** Anything else came back: the connection is not silent. */
  public void onHeard(long attempt) {
    if (isOpen(attempt)) {
      silence.end();
    }
  }

  /** The server asks to come back later. It ends the stream itself; until then it is used. */
  public void onGoodbye(long attempt, Goodbye goodbye, long nowNanos) {
    if (!isOpen(attempt) || closing) {
      return;
    }
    onHeard(attempt);
    dismissal.until(nowNanos + goodbye.reconnectAfterNanos() + backoff.upTo(goodbye.spreadNanos()));
    servers.preferOneOf(goodbye.peers());
  }

  /** A stream ended, or could not be opened. */
  public void onStreamEnded(long attempt, StreamEnd end, long nowNanos) {
    if (isOpen(attempt)) {
      lose(end, nowNanos);
    }
  }

  /** There is something new to say. It goes with the next heartbeat, or before it. */
  public void onNews() {
    news = true;
  }

  /** The application leaves. */
  public void onClose(long limitNanos, long nowNanos) {
    if (closing || phase == Phase.OVER) {
      return;
    }
    closing = true;
    closeByNanos = nowNanos + limitNanos;
    belief.forget();
    roles.end(nowNanos);
    switch (phase) {
      case REGISTERING, ESTABLISHED -> leave();
      case WAITING -> {
        if (sessionToken.isEmpty()) {
          stop();
        } else { // the server may still wait for it: come back to say goodbye
          connect(servers.next(), nowNanos);
        }
      }
      case CONNECTING -> {
        if (sessionToken.isEmpty()) {
          stop();
        }
      }
      case OVER -> {}
    }
  }

  /**
   * Says goodbye as soon as no work in a role goes on: the next one is granted it at once. Where
   * that takes too long nothing is said, and the role passes on as after a loss.
   */
  private void leave() {
    if (!leaveSaid && roles.haveStopped()) {
      leaveSaid = true;
      actions.sendLeave(attempts.number());
    }
  }

  /** Tells whether there is nothing left to do. */
  public boolean isOver() {
    return phase == Phase.OVER;
  }

  /** The token of the session, or an empty text while no stream is registered. */
  public String openSession() {
    return phase == Phase.ESTABLISHED && !closing ? sessionToken : "";
  }

  /** What the application may believe from now on. */
  public Standing standing() {
    return belief.standing();
  }

  /** Time until the next tick is needed; 0 where it is needed now. */
  public long nextDelayNanos(long nowNanos) {
    long delay = Math.min(belief.untilExpiryNanos(nowNanos), roles.untilEndNanos(nowNanos));
    if (closing) {
      delay = Math.min(delay, closeByNanos - nowNanos);
    }
    delay =
        switch (phase) {
          case WAITING -> Math.min(delay, retryAtNanos - nowNanos);
          case CONNECTING, REGISTERING -> Math.min(delay, attempts.untilLimitNanos(nowNanos));
          case ESTABLISHED -> Math.min(delay, establishedDelayNanos(nowNanos));
          case OVER -> Long.MAX_VALUE;
        };
    return Math.max(0, delay);
  }

  private long establishedDelayNanos(long nowNanos) {
    if (closing) {
      return Long.MAX_VALUE;
    }
    long delay = Math.min(schedule.nextDueNanos() - nowNanos, silence.untilLookNanos(nowNanos));
    delay = Math.min(delay, refutal.untilDueNanos(nowNanos));
    return dismissal.isOn() ? Math.min(delay, dismissal.leftNanos(nowNanos)) : delay;
  }

  private void tickEstablished(long nowNanos, boolean streamReady) {
    if (closing) {
      leave();
      return;
    }
    if (dismissal.isOver(nowNanos)) {
      actions.abandon(attempts.number());
      belief.onStreamLost(nowNanos);
      connect(servers.next(), nowNanos);
      return;
    }
    if (silence.hasLasted(nowNanos)) {
      lose(
          StreamEnd.silent("no answer", attempts.address(), silence.lastedNanos(nowNanos)),
          nowNanos);
      return;
    }
    beat(nowNanos, streamReady);
  }

  private void beat(long nowNanos, boolean streamReady) {
    if (schedule.isDue(nowNanos)) {
      long lateNanos = schedule.enter(nowNanos);
      // A slot that could not be used waits for an answer too: a stream that takes nothing is as
      // dead as one that gives nothing.
      silence.await(nowNanos, silenceLimitNanos);
      if (streamReady) { // else skipped, and never queued
        send(news ? schedule.takeForNews() : schedule.take(), lateNanos, nowNanos);
      }
    } else if (news && streamReady && schedule.mayHurry()) {
      silence.await(nowNanos, silenceLimitNanos);
      send(schedule.takeEarly(), 0, nowNanos);
    } else if (refutal.isDue(nowNanos) && streamReady) {
      silence.await(nowNanos, silenceLimitNanos);
      refutal.onSent(nowNanos);
      // What is news waits for a number of its own.
      sendNumbered(schedule.takeAgain(), 0, List.of(), nowNanos);
    }
  }

  private void send(long sequence, long lateNanos, long nowNanos) {
    List<Long> tokensReleased = news ? roles.release(nowNanos) : List.of();
    news = false;
    refutal.onBeat();
    sendNumbered(sequence, lateNanos, tokensReleased, nowNanos);
  }

  private void sendNumbered(
      long sequence, long lateNanos, List<Long> tokensReleased, long nowNanos) {
    beaten = true;
    lastSentNanos = nowNanos;
    long holdNanos =
        actions.sendHeartbeat(attempts.number(), sequence, nowNanos, lateNanos, tokensReleased);
    belief.onSent(nowNanos, holdNanos);
  }

  private void register(long nowNanos) {
    phase = Phase.REGISTERING;
    news = false; // it carries the newest status
    beaten = false;
    lastSentNanos = nowNanos;
    actions.sendRegister(attempts.number(), sessionToken);
    belief.onSent(nowNanos, 0);
    if (closing) {
      leave();
    }
  }

  private void connect(String address, long nowNanos) {
    phase = Phase.CONNECTING;
    dismissal.end();
    silence.end();
    refutal.onBeat(); // a stream that comes back refutes
    long allowance = terms.allowanceNanos();
    long limit = belief.isRegistered() && allowance > 0 ? allowance / 3 : Attempts.UNHURRIED_NANOS;
    actions.connect(attempts.begin(address, limit, nowNanos), address);
  }

  private void giveUpLateAttempt(String what, long nowNanos) {
    if (attempts.ranOut(nowNanos)) {
      lose(
          StreamEnd.silent(what, attempts.address(), nowNanos - attempts.startedNanos()), nowNanos);
    }
  }

  private void lose(StreamEnd end, long nowNanos) {
    actions.abandon(attempts.number());
    phase = Phase.WAITING;
    if (closing) {
      phase = Phase.OVER;
      return;
    }
    belief.onStreamLost(nowNanos);
    switch (end.kind()) {
      case CUT, REFUSED, NAME_HELD -> retry(end, nowNanos);
      case SESSION_OVER -> goAfresh(end, nowNanos);
      case SUPERSEDED -> {
        finish(nowNanos);
        actions.tellSuperseded(end);
      }
      case NOT_ALLOWED -> {
        finish(nowNanos);
        actions.tellFailed(end);
      }
    }
  }

  private void retry(StreamEnd end, long nowNanos) {
    long delay;
    if (end.retryAfterNanos() >= 0) {
      delay = backoff.nextAfterNamed(end.retryAfterNanos(), capNanos(nowNanos));
    } else if (dismissal.isOn()) {
      delay = 0;
    } else if (end.kind() == StreamEnd.Kind.CUT) {
      delay = backoff.next(capNanos(nowNanos));
    } else {
      delay = backoff.nextAfterRefusal(capNanos(nowNanos));
    }
    if (dismissal.isOn()) {
      delay = Math.max(delay, dismissal.leftNanos(nowNanos));
    }
    retryAtNanos = nowNanos + delay;
    actions.tellDisconnected(end, delay);
  }

  /** Registers without the token: at once, but not again before that has held. */
  private void goAfresh(StreamEnd end, long nowNanos) {
    sessionToken = "";
    belief.end();
    roles.end(nowNanos);
    if (wentAfresh) {
      retry(end, nowNanos);
      return;
    }
    wentAfresh = true;
    actions.tellDisconnected(end, 0);
    connect(attempts.address(), nowNanos);
  }

  private long capNanos(long nowNanos) {
    long cap = belief.isCurrent(nowNanos) ? HURRIED_CAP_NANOS : UNHURRIED_CAP_NANOS;
    long allowance = terms.allowanceNanos();
    return allowance == 0 ? cap : Math.min(cap, allowance / 3);
  }

  private void finish(long nowNanos) {
    sessionToken = "";
    belief.end();
    roles.end(nowNanos);
    phase = Phase.OVER;
  }

  private void stop() {
    if (phase != Phase.WAITING) {
      actions.abandon(attempts.number());
    }
    phase = Phase.OVER;
  }

  private boolean isOpen(long attempt) {
    return attempt == attempts.number()
        && (phase == Phase.CONNECTING || phase == Phase.REGISTERING || phase == Phase.ESTABLISHED);
  }
}
