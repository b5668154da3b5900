package io.pulsewatch.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/**
 * One sender's machine with its time in hand: milliseconds since an origin that the test chooses.
 * Confined to its test.
 *
 * <p>{@link #runTo} ticks only when the machine asked for it, so a deadline that it forgets to ask
 * for never comes.
 */
final class SenderBench {
  static final Terms TERMS = terms(2000, 6000, 5000);

  /** F of the fence formula for {@link #TERMS}: 0.999 x (5000 / 1.001 - 250). */
  static final long FENCE_MILLIS = 4740;

  private static final int MAX_TICKS = 10_000;

  private final long originNanos;
  private final RecordingActions actions = new RecordingActions();
  private final SenderMachine machine;
  private long nowNanos;
  private boolean ready;
  private String token = "t1";
  private Map<String, Long> roles = Map.of();

  SenderBench(long originNanos) {
    this(originNanos, 0, "a");
  }

  SenderBench(long originNanos, double chance, String... servers) {
    this(originNanos, chance, List.of(), servers);
  }

  private SenderBench(long originNanos, double chance, List<RoleTerms> roles, String... servers) {
    this.originNanos = originNanos;
    nowNanos = originNanos;
    machine =
        new SenderMachine(List.of(servers), TERMS, roles, new ScriptedRandom(chance), actions);
  }

  /** A sender that stands for roles. */
  static SenderBench standingFor(long originNanos, RoleTerms... roles) {
    return new SenderBench(originNanos, 0, List.of(roles), "a");
  }

  /** What each answer lists from now on. */
  SenderBench holds(Map<String, Long> listed) {
    roles = listed;
    return this;
  }

  static Terms terms(long intervalMillis, long timeoutMillis, long resumeWindowMillis) {
    return new Terms(nanos(intervalMillis), nanos(timeoutMillis), nanos(resumeWindowMillis));
  }

  static StreamEnd end(StreamEnd.Kind kind, String code) {
    return new StreamEnd(kind, code, "", "said the test", Terms.UNSET);
  }

  static StreamEnd cut() {
    return end(StreamEnd.Kind.CUT, "UNAVAILABLE");
  }

  static long nanos(long millis) {
    return millis * 1_000_000;
  }

  SenderMachine machine() {
    return machine;
  }

  long nowNanos() {
    return nowNanos;
  }

  long attempt() {
    return actions.attempt();
  }

  long lastWaitMillis() {
    return actions.lastWaitNanos() / 1_000_000;
  }

  List<String> drain() {
    return actions.drain();
  }

  SenderBench start() {
    machine.start(nowNanos);
    tick();
    return this;
  }

  SenderBench ready(boolean ready) {
    this.ready = ready;
    tick();
    return this;
  }

  SenderBench token(String token) {
    this.token = token;
    return this;
  }

  /** Registers at once, and forgets what was wanted until then. */
  SenderBench established() {
    return established(TERMS, FENCE_MILLIS);
  }

  SenderBench established(Terms terms, long fenceMillis) {
    start();
    ready(true);
    granted(7, terms, fenceMillis);
    actions.drain();
    return this;
  }

  SenderBench granted(long incarnation) {
    return granted(incarnation, TERMS, FENCE_MILLIS);
  }

  SenderBench granted(long incarnation, Terms terms, long fenceMillis) {
    long fence = fenceMillis < 0 ? Terms.UNSET : nanos(fenceMillis);
    machine.onRegistered(
        attempt(), new Grant(incarnation, token, 0, terms, 0, "server", fence, roles), nowNanos);
    tick();
    return this;
  }

  SenderBench ack() {
    return ack(FENCE_MILLIS);
  }

  SenderBench ack(long fenceMillis) {
    long fence = fenceMillis < 0 ? Terms.UNSET : nanos(fenceMillis);
    machine.onAck(
        attempt(),
        new Acknowledgement(0, actions.lastSentNanos(), fence, null, false, roles),
        nowNanos);
    tick();
    return this;
  }

  /** An ack that nobody asked for, of a change of what is held. */
  SenderBench told(Map<String, Long> listed) {
    holds(listed);
    Acknowledgement unasked = new Acknowledgement(0, 0, Terms.UNSET, null, false, listed);
    machine.onAck(attempt(), unasked, nowNanos);
    tick();
    return this;
  }

  /** The application has stopped all that it did in a role. */
  SenderBench stopped(String role) {
    machine.onRoleStopped(role, role(0).era());
    tick();
    return this;
  }

  RoleStanding role(int index) {
    return machine.roles().get(index);
  }

  boolean holds(int index) {
    return role(index).isHeld(nowNanos);
  }

  /** Heartbeats from now on announce a pause of this length; 0: none. */
  SenderBench hold(long millis) {
    actions.hold(nanos(millis));
    return this;
  }

  /** An ack that nobody asked for. */
  SenderBench suspected() {
    machine.onAck(attempt(), new Acknowledgement(0, 0, Terms.UNSET, null, true, roles), nowNanos);
    tick();
    return this;
  }

  SenderBench goodbye(long afterMillis, long spreadMillis, String... peers) {
    machine.onGoodbye(
        attempt(), new Goodbye(nanos(afterMillis), nanos(spreadMillis), List.of(peers)), nowNanos);
    tick();
    return this;
  }

  SenderBench ended(StreamEnd end) {
    ready = false;
    machine.onStreamEnded(attempt(), end, nowNanos);
    tick();
    return this;
  }

  /** Lets time go on to an instant, with a tick whenever one is asked for. */
  SenderBench runTo(long millis) {
    long untilNanos = originNanos + nanos(millis);
    int ticks = 0;
    while (untilNanos - nowNanos > 0) {
      assertThat(ticks++).as("ticks asked for").isLessThan(MAX_TICKS);
      long delay = machine.nextDelayNanos(nowNanos);
      nowNanos += Math.min(Math.max(delay, 1), untilNanos - nowNanos);
      tick();
    }
    while (!machine.isOver() && machine.nextDelayNanos(nowNanos) == 0) {
      assertThat(ticks++).as("ticks asked for").isLessThan(MAX_TICKS);
      tick();
    }
    return this;
  }

  /** When the machine asks for its next tick. */
  long nextTickMillis() {
    return (nowNanos + machine.nextDelayNanos(nowNanos) - originNanos) / 1_000_000;
  }

  /** Lets time go on without a turn: the thread was starved. */
  SenderBench starveTo(long millis) {
    nowNanos = originNanos + nanos(millis);
    return this;
  }

  SenderBench tick() {
    long before = attempt();
    machine.onTick(nowNanos, ready);
    ready = ready && attempt() == before;
    return this;
  }

  boolean isCurrent() {
    return machine.standing().isCurrent(nowNanos);
  }
}
