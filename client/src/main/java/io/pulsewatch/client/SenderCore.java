package io.pulsewatch.client;

import io.pulsewatch.client.session.Acknowledgement;
import io.pulsewatch.client.session.Goodbye;
import io.pulsewatch.client.session.Grant;
import io.pulsewatch.client.session.SenderActions;
import io.pulsewatch.client.session.SenderMachine;
import io.pulsewatch.client.session.Standing;
import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.client.transport.HeartbeatEvents;
import io.pulsewatch.client.transport.HeartbeatStream;
import io.pulsewatch.client.transport.Reach;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.Status;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One sender without its thread: reads the clock, hands arrivals and ticks to the machine, and does
 * what it wants. {@link #turn} is confined to the driving thread; what the application asks is
 * thread-safe.
 */
final class SenderCore implements SenderActions {
  /** The field that a server names when it refuses a token. */
  private static final String REAUTH = "reauth.token";

  private static final System.Logger LOG = System.getLogger(SenderCore.class.getName());
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1]):[0-9]+");

  private static final long MOST_DELAY_NANOS = TimeUnit.HOURS.toNanos(48);

  private final SenderSetup setup;
  private final Voice voice;
  private final Mailbox mailbox;
  private final CallbackQueue<SenderListener> callbacks;
  private final Watchdog watchdog;
  private final ProbeDesk probes;
  private final RoleBoard roles;
  private final SenderMachine machine;
  private final Leavings leavings;
  private final List<Consumer<SenderListener>> toTell = new ArrayList<>();

  private boolean started;
  private @Nullable HeartbeatStream stream;
  private long streamAttempt;
  private String streamAddress = "";
  private String leaveReason = "";
  private volatile Standing standing = Standing.NONE;
  private volatile @Nullable Registration registration;
  private volatile boolean closed;

  /**
   * Makes one.
   *
   * @param probing where looks at other instances run; it refuses what is too much
   */
  SenderCore(SenderSetup setup, Mailbox mailbox, SenderListener listener, Executor probing) {
    this.setup = setup;
    this.mailbox = mailbox;
    watchdog = new Watchdog(setup.nanoTicker(), new Known());
    roles = new RoleBoard(setup.roles(), setup.nanoTicker(), new RoleReports());
    callbacks = new CallbackQueue<>(listener, watchdog);
    voice = new Voice(setup.status(), setup.progress());
    probes =
        new ProbeDesk(
            setup.description().getInstance(),
            setup.probing(),
            setup.nanoTicker(),
            probing,
            new Reach(setup.nanoTicker())::look);
    leavings = new Leavings(mailbox);
    machine =
        new SenderMachine(setup.servers(), setup.wished(), roles.terms(), setup.random(), this);
  }

  /** Does what is due, and returns the time until the next turn, or {@link Driver#OVER}. */
  long turn() {
    long now = setup.nanoTicker().getAsLong();
    if (!started) {
      started = true;
      machine.start(now);
    }
    mailbox.deliver(now);
    if (voice.hasNews()) {
      machine.onNews();
    }
    HeartbeatStream open = stream;
    machine.onTick(now, open != null && open.isReady());
    publish();
    if (machine.isOver()) {
      watchdog.onEnd();
      leavings.end();
      return Driver.OVER;
    }
    long delay =
        Math.min(machine.nextDelayNanos(now), leavings.turn(now, stream, machine.openSession()));
    watchdog.onTurn(now + Math.min(delay, MOST_DELAY_NANOS));
    return mailbox.isWoken() ? 0 : delay;
  }

  // First the standing, then the telling: no callback may find a belief that it says is over.
  private void publish() {
    Standing newest = machine.standing();
    if (!newest.equals(standing)) {
      standing = newest;
    }
    roles.publish(machine.roles());
    toTell.forEach(callbacks::offer);
    toTell.clear();
  }

  /** The driving thread broke. */
  void onBroken(Throwable broken) {
    watchdog.onEnd();
    leavings.end();
    boolean believed = standing.kind() != Standing.Kind.NONE;
    standing = Standing.NONE;
    HeartbeatStream open = stream;
    if (open != null) {
      open.abandon();
    }
    LOG.log(Level.ERROR, "The sender broke", broken);
    PulsewatchException cause = Failures.broken(broken);
    roles.tellEnd();
    if (believed) {
      callbacks.offer(watchdog::tellExpired);
    }
    callbacks.offer(listener -> listener.onFailed(cause));
  }

  /** What may be believed, for whoever judges it by the clock. Thread-safe. */
  Standing standing() {
    return standing;
  }

  boolean isCurrent() {
    return !closed && standing.isCurrent(setup.nanoTicker().getAsLong());
  }

  /** The incarnation that is believed in, or 0. */
  long incarnation() {
    Standing newest = standing;
    return !closed && newest.isCurrent(setup.nanoTicker().getAsLong()) ? newest.incarnation() : 0;
  }

  @Nullable Registration registration() {
    return registration;
  }

  RoleBoard roles() {
    return roles;
  }

  CallbackQueue<SenderListener> callbacks() {
    return callbacks;
  }

  Voice voice() {
    return voice;
  }

  /** The pause begins now. */
  void hold(Duration pause) {
    voice.hold(setup.nanoTicker().getAsLong() + pause.toNanos());
  }

  /** Reports DRAINING; done with those who have not acknowledged it in time. */
  CompletableFuture<Set<String>> drain(Set<String> watchers, Duration within) {
    voice.report(Status.STATUS_DRAINING);
    return leavings.add(watchers, within.toNanos(), setup.nanoTicker().getAsLong());
  }

  /** Ends belief now, and the session by the next turns. */
  void close(String reason, long limitNanos) {
    closed = true;
    roles.end();
    watchdog.onEnd();
    mailbox.post(
        now -> {
          leaveReason = reason;
          machine.onClose(limitNanos, now);
        });
  }

  @Override
  public void connect(long attempt, String address) {
    streamAttempt = attempt;
    streamAddress = address;
    try {
      stream = new HeartbeatStream(setup.channels().create(address), new Arrivals(attempt));
    } catch (RuntimeException refused) { // by the application's factory, or for a bad address
      StreamEnd end = Failures.noChannel(address, refused);
      mailbox.post(now -> machine.onStreamEnded(attempt, end, now));
    }
  }

  @Override
  public void sendRegister(long attempt, String sessionToken) {
    opened().register(voice.register(setup.description(), roles.wanted(), sessionToken));
  }

  @Override
  public long sendHeartbeat(
      long attempt, long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased) {
    Heartbeat heartbeat =
        voice.heartbeat(
            sequence, sentNanos, lateNanos, tokensReleased, setup.wallClock().instant());
    opened().heartbeat(heartbeat);
    ShownToken token = setup.token();
    String fresh = token == null ? null : token.fresh(sentNanos);
    if (fresh != null) {
      opened().reauth(fresh);
    }
    return heartbeat.hasHold() ? Durations.toNanos(heartbeat.getHold()) : 0;
  }

  @Override
  public void sendLeave(long attempt) {
    opened().leave(leaveReason);
  }

  @Override
  public void abandon(long attempt) {
    HeartbeatStream open = stream;
    if (open != null) {
      stream = null;
      open.abandon();
    }
  }

  @Override
  public void keepGrant(Grant grant) {
    registration = registrationOf(grant);
  }

  @Override
  public void tellRegistered(Grant grant) {
    Registration told = registrationOf(grant);
    toTell.add(listener -> watchdog.tellRegistered(listener, told));
  }

  @Override
  public void tellExpired() {
    toTell.add(watchdog::tellExpired);
  }

  @Override
  public void tellRestored() {
    toTell.add(watchdog::tellRestored);
  }

  @Override
  public void tellSuperseded(StreamEnd end) {
    toTell.add(
        listener -> {
          logStop(end);
          listener.onSuperseded(Failures.of(end));
        });
  }

  @Override
  public void tellFailed(StreamEnd end) {
    toTell.add(
        listener -> {
          logStop(end);
          listener.onFailed(Failures.of(end));
        });
  }

  /**
   * A sender must not stop in silence, whoever listens. On the callbacks' thread: logs may block.
   */
  private void logStop(StreamEnd end) {
    LOG.log(
        Level.WARNING,
        "{0}/{1} sends no more heartbeats. {2}: {3}",
        setup.description().getInstance().getService(),
        setup.description().getInstance().getInstanceId(),
        end.code(),
        end.description());
  }

  @Override
  public void tellDisconnected(StreamEnd end, long retryInNanos) {
    toTell.add(
        listener -> listener.onDisconnected(Failures.of(end), Duration.ofNanos(retryInNanos)));
  }

  private HeartbeatStream opened() {
    HeartbeatStream open = stream;
    if (open == null) {
      throw new IllegalStateException("the machine sends without a stream");
    }
    return open;
  }

  private Registration registrationOf(Grant grant) {
    return new Registration(
        setup.description().getInstance().getService(),
        setup.description().getInstance().getInstanceId(),
        grant.incarnation(),
        grant.serverId(),
        Duration.ofNanos(grant.terms().intervalNanos()),
        Duration.ofNanos(grant.terms().timeoutNanos()),
        Duration.ofNanos(grant.terms().resumeWindowNanos()),
        Duration.ofNanos(grant.detectionBoundNanos()));
  }

  /** What the watchdog may know. Thread-safe. */
  private final class Known implements Watchdog.Beliefs {
    @Override
    public Standing standing() {
      return standing;
    }

    @Override
    public long intervalNanos() {
      Registration granted = registration;
      return granted == null ? setup.wished().intervalNanos() : granted.interval().toNanos();
    }
  }

  /** Brings what becomes of roles to the driving thread. Thread-safe. */
  private final class RoleReports implements RoleBoard.Reports {
    @Override
    public void onGivenUp(String role) {
      mailbox.post(now -> machine.onRoleGivenUp(role, now));
    }

    @Override
    public void onStopped(String role, long era) {
      mailbox.post(now -> machine.onRoleStopped(role, era));
    }
  }

  /** Brings what arrives on one stream to the driving thread. Thread-safe. */
  private final class Arrivals implements HeartbeatEvents {
    private final long attempt;

    Arrivals(long attempt) {
      this.attempt = attempt;
    }

    @Override
    public void onReady() {
      mailbox.wake();
    }

    @Override
    public void onRegistered(Grant grant) {
      post(now -> machine.onRegistered(attempt, grant, now));
    }

    @Override
    public void onAck(Acknowledgement ack) {
      post(now -> machine.onAck(attempt, ack, now));
    }

    @Override
    public void onRejected(String field, String reason, String description) {
      post(
          now -> {
            machine.onHeard(attempt);
            if (field.equals("hold")) {
              voice.dropHold();
            }
            if (field.equals(REAUTH) && setup.token() != null) {
              setup.token().onRefused();
            }
            toTell.add(listener -> listener.onRejected(reason, description));
          });
    }

    @Override
    public void onGoodbye(Goodbye goodbye) {
      post(now -> machine.onGoodbye(attempt, goodbye, now));
    }

    @Override
    public void onProbe(ProbeRequest request) {
      post(
          now -> {
            machine.onHeard(attempt);
            if (streamAttempt == attempt) {
              boolean nearby = LOOPBACK.matcher(streamAddress).matches();
              probes.onProbe(request, machine.standing().incarnation(), nearby, now, this::answer);
            }
          });
    }

    /**
     * From any thread. What the stream does not take now is not sent: the server waits no longer.
     */
    private void answer(ProbeResult result) {
      mailbox.post(
          now -> {
            HeartbeatStream open = stream;
            if (open != null && streamAttempt == attempt && open.isReady()) {
              open.probeResult(result);
            }
          });
    }

    @Override
    public void onOther() {
      post(now -> machine.onHeard(attempt));
    }

    @Override
    public void onEnded(StreamEnd end) {
      mailbox.post(now -> machine.onStreamEnded(attempt, end, now));
    }

    /** Hands over, and asks for the next one when that was read. */
    private void post(LongConsumer arrival) {
      mailbox.post(
          now -> {
            arrival.accept(now);
            HeartbeatStream open = stream;
            if (open != null && streamAttempt == attempt) {
              open.next();
            }
          });
    }
  }
}
