package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Stretch;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a sender is told: what it was granted, and that it was heard. */
final class Grants {
  /** What promise 1 allows beyond the timeout, on a memory ledger. */
  static final long DETECTION_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final String serverId;
  private final Judging judging;

  Grants(String serverId, Judging judging) {
    this.serverId = serverId;
    this.judging = judging;
  }

  Registered registered(Answer.Granted granted, String tokenText, List<HeldRole> held) {
    Times times = granted.times();
    Registered.Builder registered =
        Registered.newBuilder()
            .setIncarnation(granted.entry().incarnation())
            .setSessionToken(tokenText)
            .setResumed(granted.resumed())
            .setLastSequence(granted.lastSequence())
            .setInterval(Nanos.duration(times.intervalNanos()))
            .setTimeout(Nanos.duration(times.timeoutNanos()))
            .setResumeWindow(Nanos.duration(times.resumeWindowNanos()))
            .setDetectionBound(Nanos.duration(times.timeoutNanos() + DETECTION_NANOS))
            .setServerId(serverId)
            .addAllRoles(RoleFaces.roles(held));
    Duration fence = fence(granted.timesInForce());
    return (fence == null ? registered : registered.setExpiresIn(fence)).build();
  }

  /** Null where there is no fence, or nobody judges. */
  @Nullable Duration fence(Times times) {
    long fenceNanos = times.fenceNanos();
    return fenceNanos == 0 || !judging.goesOn() ? null : Nanos.duration(fenceNanos);
  }

  /** Who waits for half of its fence at the most is back before it gives itself up. */
  static Goodbye within(@Nullable Duration fence, Goodbye goodbye) {
    long most = fence == null ? Long.MAX_VALUE : Nanos.of(fence) / 2;
    return Nanos.of(goodbye.getSpread()) <= most
        ? goodbye
        : goodbye.toBuilder().setSpread(Nanos.duration(most)).build();
  }

  /** An ack on the event loop: {@code fence} was made once, and counts while somebody judges. */
  Ack ack(
      long sequence,
      long sentNanos,
      @Nullable Duration fence,
      State state,
      io.pulsewatch.v1.Status status) {
    Ack.Builder ack =
        Ack.newBuilder()
            .setSequence(sequence)
            .setSentMonotonicNanos(sentNanos)
            .setState(state)
            .setStatus(status);
    return (fence == null || !judging.goesOn() ? ack : ack.setExpiresIn(fence)).build();
  }

  /**
   * One ack in the place of two. The later one tells state and status; which heartbeat is covered,
   * and from when the fence counts, is never taken back: an unasked ack renews nothing, and the
   * loop's ack for an older heartbeat can come after the event loop's for a newer one.
   */
  static Ack fold(Ack earlier, Ack later) {
    boolean older = later.getSequence() < earlier.getSequence();
    boolean unasked = earlier.hasExpiresIn() && !later.hasExpiresIn();
    Ack folded =
        older || unasked
            ? earlier.toBuilder().setState(later.getState()).setStatus(later.getStatus()).build()
            : later;
    boolean stretches = earlier.hasStretch() || later.hasStretch();
    return stretches
        ? folded.toBuilder()
            .setStretch(later.hasStretch() ? later.getStretch() : earlier.getStretch())
            .build()
        : folded;
  }

  /** With all that the instance holds, as it is when this is sent. */
  static Ack listing(Ack ack, List<HeldRole> held) {
    return held.isEmpty() ? ack : ack.toBuilder().addAllRoles(RoleFaces.roles(held)).build();
  }

  /** From this ack on the sender is to live by these times. */
  static Ack stretched(Ack ack, Times times) {
    return ack.toBuilder()
        .setStretch(
            Stretch.newBuilder()
                .setInterval(Nanos.duration(times.intervalNanos()))
                .setTimeout(Nanos.duration(times.timeoutNanos()))
                .setResumeWindow(Nanos.duration(times.resumeWindowNanos())))
        .build();
  }

  /** Percent of what was granted by which everybody is judged, at the least. */
  int stretchPercent() {
    return judging.stretchPercent();
  }

  /** An ack that waited: it renews a fence only if one may still be renewed. */
  Ack owed(Ack waited) {
    return waited.hasExpiresIn() && !judging.goesOn()
        ? waited.toBuilder().clearExpiresIn().build()
        : waited;
  }

  Ack ack(Answer.Heard heard) {
    return ack(
        heard.sequence(),
        heard.sentNanos(),
        fence(heard.times()),
        Enums.state(heard.state()),
        Enums.status(heard.status()));
  }

  Ack ack(Answer.Told told) {
    return ack(told.sequence(), 0, null, Enums.state(told.state()), Enums.status(told.status()));
  }
}
