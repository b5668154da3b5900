package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client process, as DESIGN describes it: schedule slots, a fence by its own clock counted from
 * send times, and a resume by token after a back-off with full jitter.
 */
final class SimulatedClient {
  private static final long CONNECT_TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  private final SimulatedWorld world;
  private final Profile profile;
  private final String processId;
  private final ClientClock clock;
  private final ClientFence fence;
  private final Workers workers;
  private final ClientRoles roles;
  private final Deque<Runnable> stoppedWork = new ArrayDeque<>();
  private boolean gone;
  private boolean stopped;
  private @Nullable Link link;
  private @Nullable ServerStream stream;
  private final Membership membership;
  private Status status = Status.SERVING;
  private @Nullable Status toReport;
  private boolean open;
  private long registerSent;
  private long heardAt;
  private long slotOrigin;
  private long firstSequence;
  private long lastSequence;
  private int attempts;
  private long schedule;
  private @Nullable Party knocking;

  /** What it was told to live by. */
  private Times times;

  private long holdWish;
  private boolean holding;

  SimulatedClient(SimulatedWorld world, Profile profile, String processId) {
    this.world = world;
    this.profile = profile;
    this.processId = processId;
    this.times = profile.times();
    this.clock = new ClientClock(world);
    this.fence = new ClientFence(clock, this::after);
    this.membership = new Membership(world, fence);
    this.workers = new Workers(world, profile, clock);
    this.roles = new ClientRoles(world, this);
  }

  InstanceKey key() {
    return profile.key();
  }

  boolean isGone() {
    return gone;
  }

  long expirations() {
    return fence.expirations();
  }

  boolean looksAtOthers() {
    return profile.looksAtOthers();
  }

  void start() {
    if (profile.byBeat()) {
      new CronJob(world, this, profile, membership, clock).begin();
    } else {
      connect();
    }
  }

  /** True while its clock runs and its fence does not say that its time is up. */
  boolean believesIn(long itsIncarnation) {
    return !gone && !stopped && membership.incarnation() == itsIncarnation && fence.believes();
  }

  /** True while its fence runs, even if it stands still: it may go on at any moment. */
  boolean actsByItsClock() {
    return !gone && fence.believes();
  }

  /** True while it has a stream on which it was granted its session. */
  boolean isOpen() {
    return open && !gone && !stopped;
  }

  /** It gives up what it holds. */
  void stepDown() {
    roles.stepDown();
  }

  /** All that it holds, as an ack lists it. */
  void onListed(Link from, List<HeldRole> listed) {
    run(
        () -> {
          if (link == from) {
            roles.onListed(listed);
          }
        });
  }

  /** True while a resume of this incarnation lies in a socket or in the mailbox. */
  boolean knocks(long itsIncarnation) {
    return knocking != null && !gone && membership.incarnation() == itsIncarnation;
  }

  /** This lies in a socket now. */
  void knock(Party party) {
    knocking = party;
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
  private void endHold(long now, Times granted) {
    holding = false;
    heardAt = now;
    fence.endHold(now, granted);
  }

  /** One of its workers is stuck for so long. */
  void stick(long nanos) {
    workers.stick(nanos);
  }

  /** Its way to us is blocked: what it sends comes later, and nobody is told. */
  void block(long nanos) {
    if (link != null) {
      link.block(nanos);
    }
  }

  /** SIGSTOP: nothing of it runs but its clock. */
  void stop(long nanos) {
    if (!stopped && !gone) {
      stopped = true;
      workers.stand();
      world.timeline().after(nanos, this::goOn);
    }
  }

  private void goOn() {
    stopped = false;
    workers.goOn();
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

  /** Now, or when it is not stopped any more; never if it is gone. */
  void run(Runnable action) {
    if (stopped) {
      stoppedWork.add(() -> run(action));
    } else if (!gone) {
      action.run();
    }
  }

  void after(long clockNanos, Runnable action) {
    world.timeline().after(clock.inWorld(clockNanos), () -> run(action));
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
    Token fresh = membership.offerAfresh();
    registerSent = clock.now();
    if (holding) {
      endHold(registerSent, profile.times());
    }
    Registration ask =
        new Registration(
            key(),
            processId,
            membership.token(),
            fresh,
            profile.takeOver(),
            profile.times(),
            profile.detector(),
            status,
            profile.rules(),
            profile.endpoints(),
            profile.roles(),
            false);
    ServerStream server = new ServerStream(world, this, to, ask);
    stream = server;
    to.up(() -> knock(server), server::onRegister);
  }

  void onGranted(Link from, Answer.Granted granted, List<HeldRole> listed) {
    run(
        () -> {
          if (link == from) {
            open(granted);
            roles.onListed(listed);
          }
        });
  }

  private void open(Answer.Granted granted) {
    membership.accept(granted, registerSent);
    open = true;
    holding = false;
    attempts = 0;
    firstSequence = granted.lastSequence() + 1;
    lastSequence = granted.lastSequence();
    times = granted.times();
    long interval = times.intervalNanos();
    slotOrigin = clock.now() + interval;
    heardAt = clock.now();
    long mine = ++schedule;
    after(interval, () -> heartbeat(mine));
  }

  /** From the last slot on they are further apart. */
  private void stretch(Times longer) {
    long interval = times.intervalNanos();
    long now = clock.now();
    long slot = Math.max(-1, Math.floorDiv(now - slotOrigin, interval));
    slotOrigin += slot * interval;
    firstSequence = lastSequence;
    times = longer;
    if (!holding) {
      long mine = ++schedule;
      long next = Math.max(0, slotOrigin + times.intervalNanos() - now);
      after(next + world.random().nextLong(1_000_000), () -> heartbeat(mine));
    }
  }

  private void heartbeat(long mine) {
    Link to = link;
    ServerStream server = stream;
    if (mine != schedule || !open || to == null || server == null) {
      return;
    }
    long now = clock.now();
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
    SentHeartbeat sent =
        new SentHeartbeat(sequence, now, said, hold, workers.report(), roles.takeReleased());
    to.up(server::onDelivered, () -> server.onHeartbeat(sent));
    if (hold > 0) {
      holding = true;
      // Mostly it keeps its word.
      after((long) (hold * 1.1 * world.random().nextDouble()), () -> heartbeat(mine));
      return;
    }
    long next = slotOrigin + (slot + 1) * times.intervalNanos() - now;
    after(next + world.random().nextLong(1_000_000), () -> heartbeat(mine));
  }

  /**
   * Heard.
   *
   * @param inForce what its fence counts
   * @param stretched what it is told to live by from now on; null: as before
   * @param listed all roles that it holds
   */
  void onAck(
      Link from, long sentNanos, Times inForce, @Nullable Times stretched, List<HeldRole> listed) {
    run(
        () -> {
          if (link == from) {
            heardAt = clock.now();
            fence.renew(sentNanos, inForce);
            roles.onListed(listed);
            if (stretched != null && open) {
              stretch(stretched);
            }
          }
        });
  }

  /** A question over its stream; it answers soon, late, or not at all. */
  void onAsked(Link from, Runnable onAnswerRead) {
    run(
        () -> {
          if (link == from && world.random().nextInt(4) != 0) {
            long thinks = (long) (2e9 * Math.pow(world.random().nextDouble(), 4));
            after(thinks, () -> answer(from, onAnswerRead));
          }
        });
  }

  private void answer(Link from, Runnable onAnswerRead) {
    if (link == from) {
      from.up(() -> {}, onAnswerRead);
    }
  }

  /** A limit of the server: it names a wait. */
  void onPutOff(Link from, long wait) {
    run(
        () -> {
          if (link == from) {
            dropLink();
            after(wait + world.random().nextLong(BackOff.FIRST), this::connect);
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
        membership.forget();
        backOff();
      }
      case HOLDER_ALIVE, LIMIT_INSTANCES, LIMIT_ROLES, LEDGER_AWAY ->
          after(refused.retryNanos() / 2 + world.random().nextLong(BackOff.FIRST), this::start);
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
    long cap = BackOff.capNanos(profile.times(), fence.believes(), attempts++);
    after(world.random().nextLong(cap) + 1, this::connect);
  }

  @Override
  public String toString() {
    return key()
        + " process "
        + processId
        + " incarnation "
        + membership.incarnation()
        + " "
        + fence;
  }
}
