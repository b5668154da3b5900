package io.pulsewatch.xds;

import com.google.protobuf.Value;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.ExtensionHost;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One client's call: gRPC on one side, its stream on the other. One request at a time is on its way
 * to the extension's thread, and one answer at a time is with gRPC.
 *
 * <p>Confined to the extension's thread; gRPC's callbacks hop there.
 */
final class AdsCall implements AdsStream.Wire {
  /** In the metadata of the client's node. */
  private static final String TOKEN = "pulsewatch_token";

  private final XdsPart part;
  private final Executor thread;
  private final ServerCallStreamObserver<Frame> out;
  private final Outflow.Seat seat;
  private final AdsStream stream;
  private final ExtensionHost.Caller caller;
  private boolean ended;

  /** For the part: it waits in its queue. */
  boolean queued;

  AdsCall(
      XdsPart part,
      Executor thread,
      ServerCallStreamObserver<Frame> out,
      Outflow.Seat seat,
      Function<Consumer<StatusRuntimeException>, ExtensionHost.Caller> callers,
      AdsStream.Factory streams) {
    this.part = part;
    this.thread = thread;
    this.out = out;
    this.seat = seat;
    this.caller = callers.apply(this::end);
    this.stream = streams.create(this);
  }

  /** Sets the call's handlers. On its event loop, while it begins. */
  StreamObserver<DiscoveryRequest> begin() {
    out.disableAutoRequest();
    out.setOnReadyThreshold(1);
    out.setOnReadyHandler(() -> thread.execute(this::onReady));
    out.setOnCloseHandler(() -> thread.execute(seat::clear));
    out.setOnCancelHandler(() -> thread.execute(this::onCancelled));
    out.request(1);
    return new StreamObserver<>() {
      @Override
      public void onNext(DiscoveryRequest request) {
        thread.execute(() -> onRequest(request));
      }

      @Override
      public void onError(Throwable error) {
        thread.execute(AdsCall.this::onCancelled);
      }

      @Override
      public void onCompleted() {
        thread.execute(() -> end(Status.OK));
      }
    };
  }

  /** It has good credentials. */
  boolean isKnown() {
    return caller.isKnown();
  }

  boolean isEnded() {
    return ended;
  }

  AdsStream stream() {
    return stream;
  }

  Outflow.Seat seat() {
    return seat;
  }

  @Override
  public boolean isReady() {
    return !ended && seat.isEmpty() && out.isReady() && part.hasRoom();
  }

  /** False while it waits for its own client, who will say when he can take more. */
  boolean isWaitingForOthers() {
    return !ended && seat.isEmpty() && out.isReady();
  }

  /** Takes no room for what is written at once. */
  @Override
  public void send(Frame frame) {
    out.onNext(frame);
    if (!out.isReady()) {
      seat.take(frame.length(), part.nowNanos());
    }
  }

  /** Ends the call with a status. Idempotent. */
  void end(Status status) {
    if (ended) {
      return;
    }
    if (status.isOk()) {
      out.onCompleted();
    } else {
      out.onError(status.asRuntimeException());
    }
    onGone();
  }

  void end(StatusRuntimeException why) {
    if (!ended) {
      out.onError(why);
      onGone();
    }
  }

  private void onRequest(DiscoveryRequest request) {
    if (ended) {
      return;
    }
    if (!caller.isKnown()) {
      StatusRuntimeException unknown = caller.show(token(request));
      if (unknown != null) {
        end(unknown);
        return;
      }
      Status full = part.onKnown(this);
      if (full != null) {
        end(full);
        return;
      }
    }
    Status refused = stream.onRequest(request);
    if (refused != null) {
      end(refused);
      return;
    }
    part.enqueue(this);
    out.request(1);
  }

  private static String token(DiscoveryRequest request) {
    return request
        .getNode()
        .getMetadata()
        .getFieldsOrDefault(TOKEN, Value.getDefaultInstance())
        .getStringValue()
        .strip();
  }

  /** It may be the call of an earlier message that was written while it was sent. */
  private void onReady() {
    if (out.isReady()) {
      seat.clear();
      part.enqueue(this);
    }
  }

  private void onCancelled() {
    seat.clear();
    onGone();
  }

  /** What was told may still wait to be written: that is over when the call is closed. */
  private void onGone() {
    if (ended) {
      return;
    }
    ended = true;
    caller.release();
    stream.end();
    part.remove(this);
  }
}
