package io.pulsewatch.server.transport;

import io.grpc.stub.ServerCallStreamObserver;
import io.pulsewatch.server.watch.Room;
import java.util.concurrent.Executor;

/**
 * The way out of one call that is told what happens: of its messages one at a time is with gRPC,
 * and takes room there until it is written. See docs/decisions/0006.
 *
 * <p>gRPC calls {@code onReady} when a call that was not ready becomes ready, and at no other time.
 * So with a threshold of one byte each message that waits ends in exactly one such call, and
 * nothing else has to be remembered than that it waits.
 *
 * <p>Confined to the fan-out thread, which alone writes the call; gRPC's callbacks hop there.
 *
 * @param <T> what it is told
 */
final class Outlet<T> {
  private final ServerCallStreamObserver<T> stream;
  private final Room.Seat seat;

  Outlet(ServerCallStreamObserver<T> stream, Room room) {
    this.stream = stream;
    this.seat = room.seat();
  }

  /**
   * Sets the call's handlers. On its event loop, before it is told anything.
   *
   * @param onReady it can take more; on the fan-out thread
   * @param onCancel it wants no more; on the fan-out thread
   */
  void begin(Executor fanout, Runnable onReady, Runnable onCancel) {
    stream.setOnReadyThreshold(1);
    stream.setOnReadyHandler(() -> fanout.execute(() -> onStreamReady(onReady)));
    stream.setOnCloseHandler(() -> fanout.execute(seat::clear));
    stream.setOnCancelHandler(
        () ->
            fanout.execute(
                () -> {
                  seat.clear();
                  onCancel.run();
                }));
  }

  boolean isReady() {
    return seat.isEmpty() && stream.isReady();
  }

  /** Takes no room for what is written at once, as it is in a process of its own. */
  void send(T message, int length) {
    stream.onNext(message);
    if (!stream.isReady()) {
      seat.take(length);
    }
  }

  void end(Exception status) {
    stream.onError(status);
  }

  /** It may be the call of an earlier message that was written while it was sent. */
  private void onStreamReady(Runnable onReady) {
    if (stream.isReady()) {
      seat.clear();
      onReady.run();
    }
  }
}
