package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client process, as DESIGN describes it: schedule slots, a fence by its own clock counted from
 * send times, and a resume by token after a back-off with full jitter.
 */
final class SimulatedClient {
  private static final long BACK_OFF = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MAX_BACK_OFF = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_BACK_OFF_EXPIRED = TimeUnit.SECONDS.toNanos(15);
  private static final long CONNECT_TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  private final SimulatedWorld world;
  private final Profile profile;
  private final String processId;
  private final double rate;
  private final long clockOrigin;
  private final Deque<Runnable> stoppedWork = new ArrayDeque<>();
  private boolean gone;
  private boolean stopped;
  private @Nullable Link link;
  private @Nullable ServerStream stream;
  private @Nullable Token token;
  private @Nullable Token offered;
  private Status status = Status.SERVING;
  private @Nullable Status toReport;
  private long incarnation;
  private boolean open;
  private long registerSent;
  private long heardAt;
  private long slotOrigin;
  private long firstSequence;
  private long lastSequence;
  private long fence;
  private boolean hasFence;
  private boolean fenceWatched;
  private boolean expired;
  private long expirations;
  private int attempts;
  private long schedule;
  private @Nullable Party knocking;
  private long holdWish;
  private boolean holding;
  private long holdEnded;
  private boolean hasEndedHold;

  SimulatedClient(SimulatedWorld world, Profile profile, String processId) {
    this.world = world;
    this.profile = profile;
    this.processId = processId;
    this.rate = (world.random().nextDouble() * 2 - 1) * 0.001;
    this.clockOrigin = world.random().nextLong();
  }

  InstanceKey key() {
    return profile.key();
  }

  boolean isGone() {
    return gone;
  }

  boolean isStopped() {
    return stopped;
  }

  long expirations() {
    return expirations;
  }

  /** Its own clock: another origin, and up to 0.1 % fast or slow. */
  private long clock() {
    return clockOrigin + world.now() + (long) (world.now() * rate);
  }

  void start() {
    if (profile.byBeat()) {
      beat();
    } else {
      connect();
    }
  }

  /** True while its clock runs and its fence does not say that its time is up. */
  boolean believesIn(long itsIncarnation) {
    return !gone && !stopped && incarnation == itsIncarnation && hasFence && clock() - fence < 0;
  }

  /** True while a resume of this incarnation lies in a socket or in the mailbox. */
  boolean knocks(long itsIncarnation) {
    return knocking != null && !gone && incarnation == itsIncarnation;
  }

  void onDrained(Party party) {
    knocking = knocking == party ? null : knocking;
  }

  void report(Status next) {
    toReport = next;
  }

  /** Its next heartbeat announces a pause. */
  void hold(long nanos) {
    holdWish = nanos;
  }

  /** From the sending of this heartbeat on the granted times count again, acked or not. */
  private void endHold(long now, Times times) {
    holding = false;
    hasEndedHold = true;
    holdEnded = now;
    heardAt = now;
    long granted = now + times.fenceNanos();
    if (hasFence && fence - granted > 0) {
      fence = granted;
    }
  }

  /** SIGSTOP: nothing of it runs but its clock. */
  void stop(long nanos) {
    if (!stopped && !gone) {
      stopped = true;
      world.timeline().after(nanos, this::goOn);
    }
  }

  private void goOn() {
    stopped = false;
    while (!stopped && !stoppedWork.isEmpty()) {
      stoppedWork.remove().run();
    }
  }

  /** kill -9, or a lost machine that sends nothing any more. */
  void crash(boolean silently) {
    gone = true;
    if (!silently) {
      lose(0);
    } else {
      dropLink();
    }
  }

  void leave(boolean politely) {
    ServerStream to = stream;
    if (link != null && to != null && open) {
      link.up(() -> {}, () -> to.onEnd(politely ? News.End.LEFT : News.End.CLOSED));
    }
    gone = true;
  }

  /** The connection breaks; the server hears of it, or not, and so do we. */
  void cut(boolean serverHears, long serverAfter, long clientAfter) {
    Link broken = link;
    ServerStream to = stream;
    if (broken == null || broken.isCut()) {
      return;
    }
    broken.cut();
    if (serverHears && to != null) {
      world
          .timeline()
          .at(
              world.network().through(world.now() + serverAfter),
              () -> broken.reader().execute(() -> to.onEnd(News.End.LOST)));
    }
    world.timeline().after(clientAfter, () -> run(() -> onCut(broken)));
  }

  private void lose(long after) {
    Link broken = link;
    ServerStream to = stream;
    dropLink();
    if (broken != null && to != null) {
      long at = world.network().through(world.now() + after);
      world.timeline().at(at, () -> broken.reader().execute(() -> to.onEnd(News.End.LOST)));
    }
  }

  private void dropLink() {
    if (link != null) {
      link.cut();
    }
    link = null;
    stream = null;
    open = false;
  }

  private void run(Runnable action) {
    if (stopped) {
      stoppedWork.add(() -> run(action));
    } else if (!gone) {
      action.run();
    }
  }

  private void after(long clockNanos, Runnable action) {
    world.timeline().after((long) (clockNanos / (1 + rate)) + 1, () -> run(action));
  }

  private void connect() {
    if (world.network().refuses()) {
      backOff();
      return;
    }
    Link next = world.newLink(profile);
    link = next;
    open = false;
    // Two messages there and back before the register: connect, and the answer to it.
    next.up(() -> {}, () -> next.down(() -> run(() -> register(next))));
    after(CONNECT_TIMEOUT, () -> giveUp(next));
  }

  private void giveUp(Link tried) {
    if (link == tried && !open) {
      lose(0);
      backOff();
    }
  }

  private void register(Link to) {
    if (link != to) {
      return;
    }
    Token fresh = world.freshToken();
    offered = fresh;
    registerSent = clock();
    if (holding) {
      endHold(registerSent, profile.times());
    }
    Registration ask =
        new Registration(
            key(),
            processId,
            token,
            fresh,
            profile.takeOver(),
            profile.times(),
            profile.detector(),
            status,
            false);
    ServerStream server = new ServerStream(world, this, to, ask);
    stream = server;
    to.up(() -> knocking = server, server::onRegister);
  }

  void onGranted(Link from, Answer.Granted granted) {
    run(
        () -> {
          if (link == from) {
            open(granted);
          }
        });
  }

  private void open(Answer.Granted granted) {
    accept(granted, registerSent);
    open = true;
    holding = false;
    attempts = 0;
    firstSequence = granted.lastSequence() + 1;
    lastSequence = granted.lastSequence();
    long interval = profile.times().intervalNanos();
    slotOrigin = clock() + interval;
    heardAt = clock();
    long mine = ++schedule;
    after(interval, () -> heartbeat(mine, profile.times()));
  }

  private void accept(Answer.Granted granted, long sent) {
    Token made = offered;
    long given = granted.entry().incarnation();
    if (given != incarnation) {
      hasFence = false;
    }
    incarnation = given;
    if (!granted.tokenKept() && made != null) {
      token = Tokens.of(made, given);
    }
    renew(sent, granted.entry().times());
  }

  private void heartbeat(long mine, Times times) {
    Link to = link;
    ServerStream server = stream;
    if (mine != schedule || !open || to == null || server == null) {
      return;
    }
    long now = clock();
    if (holding) {
      endHold(now, times);
    } else if (now - heardAt > Math.max(TimeUnit.SECONDS.toNanos(10), 3 * times.intervalNanos())) {
      lose(0);
      backOff();
      return;
    }
    long slot = Math.max(0, (now - slotOrigin) / times.intervalNanos());
    lastSequence = Math.max(lastSequence + 1, firstSequence + slot);
    long sequence = lastSequence;
    Status said = toReport;
    toReport = null;
    status = said == null ? status : said;
    long hold = holdWish;
    holdWish = 0;
    to.up(server::onDelivered, () -> server.onHeartbeat(sequence, now, said, hold));
    if (hold > 0) {
      holding = true;
      // Mostly it keeps its word.
      after((long) (hold * 1.1 * world.random().nextDouble()), () -> heartbeat(mine, times));
      return;
    }
    long next = slotOrigin + (slot + 1) * times.intervalNanos() - now;
    after(next + world.random().nextLong(1_000_000), () -> heartbeat(mine, times));
  }

  void onAck(Link from, long sentNanos, Times times) {
    run(
        () -> {
          if (link == from) {
            heardAt = clock();
            renew(sentNanos, times);
          }
        });
  }

  /** The fence is counted from the send time of the newest heartbeat that was acked. */
  private void renew(long sentNanos, Times times) {
    if (hasEndedHold && sentNanos - holdEnded < 0) {
      return; // of a heartbeat before the end of its pause: what it renewed is over
    }
    long granted = times.fenceNanos();
    if (granted == 0) {
      hasFence = false;
      return;
    }
    if (!hasFence || sentNanos + granted - fence > 0) {
      fence = sentNanos + granted;
    }
    hasFence = true;
    expired = expired && clock() - fence >= 0;
    if (!fenceWatched) {
      watchFence();
    }
  }

  private void watchFence() {
    fenceWatched = hasFence && clock() - fence < 0;
    if (fenceWatched) {
      after(fence - clock(), this::watchFence);
    } else if (hasFence && !expired) {
      expired = true;
      expirations++;
    }
  }

  /** A limit of the server: it names a wait. */
  void onPutOff(Link from, long wait) {
    run(
        () -> {
          if (link == from) {
            dropLink();
            after(wait + world.random().nextLong(BACK_OFF), this::connect);
          }
        });
  }

  void onRefused(Link from, Answer.Refused refused) {
    run(
        () -> {
          if (link == from) {
            dropLink();
            refused(refused);
          }
        });
  }

  private void refused(Answer.Refused refused) {
    switch (refused.refusal()) {
      case SESSION_OVER, UNKNOWN_INSTANCE -> {
        token = null;
        backOff();
      }
      case HOLDER_ALIVE, LIMIT_INSTANCES, LEDGER_AWAY ->
          after(refused.retryNanos() / 2 + world.random().nextLong(BACK_OFF), this::start);
      case SUPERSEDED, STREAM_REPLACED -> gone = true;
      case STILL_LIVE, LIMIT_OVERRIDES -> throw new Violation("a fitting answer", "" + refused);
    }
  }

  private void onCut(Link broken) {
    if (link == broken) {
      dropLink();
      backOff();
    }
  }

  private void backOff() {
    boolean believes = hasFence && clock() - fence < 0;
    long b = profile.times().shortestNanos();
    long most = believes ? MAX_BACK_OFF : MAX_BACK_OFF_EXPIRED;
    most = b == 0 ? most : Math.min(most, b / 3);
    long cap = Math.min(most, BACK_OFF << Math.min(attempts++, 10));
    after(world.random().nextLong(cap) + 1, this::connect);
  }

  /** One run of a cron job; its rhythm is loose, and each goes its own way. */
  private void beat() {
    if (offered == null) {
      offered = world.freshToken();
    }
    long sent = clock();
    boolean renewsOnly = token != null && world.random().nextBoolean();
    Registration ask =
        new Registration(
            key(),
            "",
            renewsOnly ? token : null,
            offered,
            profile.takeOver(),
            profile.times(),
            profile.detector(),
            status,
            renewsOnly);
    Link once = world.newLink(profile);
    if (world.network().refuses() || world.random().nextDouble() < profile.beatLoss()) {
      once.cut();
    }
    BeatCall call = new BeatCall(world, this, once, ask, sent);
    once.up(() -> knocking = call, call::onRead);
    long gap = (long) (profile.times().intervalNanos() * profile.beatRhythm(world.random()));
    after(gap, this::beat);
  }

  void onBeatReply(Answer.Reply reply, long sentNanos) {
    run(
        () -> {
          if (reply instanceof Answer.Granted granted) {
            accept(granted, sentNanos);
          } else if (reply instanceof Answer.Heard heard) {
            renew(sentNanos, heard.times());
          } else {
            token = null;
          }
        });
  }

  @Override
  public String toString() {
    return key()
        + " process "
        + processId
        + " incarnation "
        + incarnation
        + (hasFence ? " fence in " + (fence - clock()) / 1e6 + " ms" : " no fence");
  }
}
