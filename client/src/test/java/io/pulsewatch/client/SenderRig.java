package io.pulsewatch.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.pulsewatch.client.session.ScriptedRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A sender's core against a {@link ScriptedServer}, with the clock in the test's hand and no thread
 * of its own. Confined to its test.
 */
final class SenderRig {
  private static final int MAX_TURNS = 100;
  private static final long MILLI = 1_000_000L;

  private final List<String> told = new ArrayList<>();
  private final Queue<Runnable> looks = new ArrayDeque<>();
  private final Mailbox mailbox = new Mailbox();
  private final SenderCore core;
  private long nowNanos;
  private long delayNanos;
  private boolean over;

  SenderRig(ScriptedServer server) {
    this(PulsewatchSender.builder("orders", "o-1"), address -> server.channel());
  }

  SenderRig(SenderBuilder builder, ChannelFactory channels) {
    builder.server("a").channelFactory(channels);
    core =
        new SenderCore(
            builder.setup(
                () -> nowNanos, () -> Instant.EPOCH.plusNanos(nowNanos), new ScriptedRandom(0)),
            mailbox,
            new Recorder(),
            looks::add);
  }

  /** Notes what an application in a role is told, in the order of all that is told. */
  void note(String line) {
    told.add(line);
  }

  SenderCore core() {
    return core;
  }

  boolean isOver() {
    return over;
  }

  /** Turns until nothing is due. */
  SenderRig turn() {
    return turnsUntilRest(MAX_TURNS);
  }

  SenderRig turnsUntilRest(int most) {
    for (int i = 0; i < most && !over; i++) {
      delayNanos = core.turn();
      over = delayNanos == Driver.OVER;
      if (delayNanos > 0) {
        return this;
      }
    }
    if (!over) {
      throw new AssertionError("it never rests");
    }
    return this;
  }

  /** Lets time go on; turns only when one was asked for. */
  SenderRig advance(long millis) {
    long untilNanos = nowNanos + millis * MILLI;
    while (!over && untilNanos - nowNanos > 0) {
      nowNanos += Math.min(delayNanos, untilNanos - nowNanos);
      turn();
    }
    nowNanos = untilNanos;
    return this;
  }

  /** Lets time go on while nobody turns. */
  SenderRig starve(long millis) {
    nowNanos += millis * MILLI;
    return this;
  }

  /** What the listener was told since the last call. */
  List<String> told() {
    core.roles().callbacks().forEach(CallbackQueue::callWaiting);
    core.callbacks().callWaiting();
    List<String> drained = List.copyOf(told);
    told.clear();
    return drained;
  }

  /** A look of the watchdog, and how many milliseconds until it wants the next. */
  @CanIgnoreReturnValue
  long look() {
    long soonest = Long.MAX_VALUE;
    for (CallbackQueue<RoleHold> role : core.roles().callbacks()) {
      role.callWaiting();
      soonest = Math.min(soonest, role.look());
    }
    core.callbacks().callWaiting();
    return Math.min(soonest, core.callbacks().look()) / MILLI;
  }

  private final class Recorder implements SenderListener {
    @Override
    public void onRegistered(Registration registration) {
      told.add("registered " + registration.incarnation());
    }

    @Override
    public void onExpired() {
      told.add("expired");
    }

    @Override
    public void onRestored() {
      told.add("restored");
    }

    @Override
    public void onSuperseded(PulsewatchException cause) {
      told.add("superseded " + cause.getMessage());
    }

    @Override
    public void onFailed(PulsewatchException cause) {
      told.add("failed " + cause.getMessage());
    }

    @Override
    public void onDisconnected(PulsewatchException cause, Duration retryIn) {
      told.add("disconnected " + cause.code() + " " + retryIn.toMillis());
    }

    @Override
    public void onStarved(Duration late) {
      told.add("starved " + late.toMillis());
    }

    @Override
    public void onRejected(String reason, String description) {
      told.add("rejected " + reason + " " + description);
    }
  }
}
