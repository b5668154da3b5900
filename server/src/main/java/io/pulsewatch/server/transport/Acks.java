package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import io.grpc.stub.ServerCallStreamObserver;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.HeartbeatResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one stream tells its sender again and again: that it was heard, what is thought of it, for
 * how long it may believe in itself, and by which times it is to live.
 *
 * <p>Acks are cumulative. A client that does not read them is sent no more until it does, and then
 * the newest; nothing is queued for it.
 *
 * <p>The part of a {@link HeartbeatStream} that writes. It is no object of its own: each heartbeat
 * would have one more to look up.
 *
 * <p>Confined to its event loop.
 */
abstract sealed class Acks permits HeartbeatStream {
  final ServerCallStreamObserver<HeartbeatResponse> out;
  private final Grants grants;

  /** Before it was stretched. */
  private Times granted = Times.NONE;

  /** By how much what the client was told is longer than that, or will be with the next ack. */
  private int stretchPercent = Times.AS_GRANTED;

  private boolean isStretchUntold;
  private @Nullable Duration fence;
  private io.pulsewatch.v1.Status status = io.pulsewatch.v1.Status.STATUS_SERVING;
  private @Nullable Ack owed;

  Acks(ServerCallStreamObserver<HeartbeatResponse> out, Grants grants) {
    this.out = out;
    this.grants = grants;
  }

  /** What was granted, before it was stretched. */
  final Times granted() {
    return granted;
  }

  /** What it is told to live by. */
  final Times told() {
    return granted.stretched(stretchPercent);
  }

  /** What {@code registered} tells it. */
  final void grant(Answer.Granted grant) {
    granted = grant.entry().times();
    stretchPercent = grant.stretchPercent();
    fence = grants.fence(grant.times());
    status = Enums.status(grant.entry().status());
  }

  /** It was told of less than this, in percent of what was granted. */
  final boolean isToldLessThan(int percent) {
    return percent > stretchPercent;
  }

  /** The next ack says so, and the fence of each ack from now on is the longer one. */
  final void stretch(int percent) {
    stretchPercent = percent;
    isStretchUntold = true;
    fence = grants.fence(told());
  }

  /** A heartbeat that brings no news. */
  final void ack(long sequence, long sentNanos) {
    sendAck(grants.ack(sequence, sentNanos, fence, io.pulsewatch.v1.State.STATE_ALIVE, status));
  }

  /** A heartbeat that was news. */
  final void ack(Answer.Heard heard) {
    status = Enums.status(heard.status());
    sendAck(grants.ack(heard));
  }

  /** Unasked. */
  final void ack(Answer.Told told) {
    status = Enums.status(told.status());
    sendAck(grants.ack(told));
  }

  /** It is back before it gives itself up. */
  final Goodbye within(Goodbye goodbye) {
    return Grants.within(fence, goodbye);
  }

  final void sendOwed() {
    Ack ack = owed;
    if (ack != null && out.isReady()) {
      owed = null;
      send(grants.owed(ack));
    }
  }

  final void dropOwed() {
    owed = null;
  }

  /** What its instance holds now. */
  abstract List<HeldRole> roles();

  private void send(Ack ack) {
    Ack listing = Grants.listing(ack, roles());
    send(HeartbeatResponse.newBuilder().setAck(listing).build());
  }

  final void send(HeartbeatResponse response) {
    out.onNext(response);
  }

  private void sendAck(Ack news) {
    // Who beats less often needs the longer fence with it; an ack of a change grants none.
    boolean tells = isStretchUntold && (news.hasExpiresIn() || granted.fenceNanos() == 0);
    Ack ack = tells ? Grants.stretched(news, told()) : news;
    isStretchUntold &= !tells;
    Ack waiting = owed;
    if (waiting != null) {
      owed = Grants.fold(waiting, ack);
      sendOwed(); // it may be ready and not have said so yet: what waited is not told after this
    } else if (out.isReady()) {
      send(ack);
    } else {
      owed = ack;
    }
  }
}
