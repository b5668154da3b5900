package io.pulsewatch.client.transport;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.client.session.Goodbye;
import io.pulsewatch.v1.AckWatchRequest;
import io.pulsewatch.v1.AckWatchResponse;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One watch stream and the channel that it owns. Confined to the thread that opened it; its events
 * come from gRPC's threads.
 */
public final class WatchStream {
  private static final long ANSWER_SECONDS = 5;

  private final ManagedChannel channel;
  private final ClientCallStreamObserver<WatchRequest> call;

  /** Opens a stream on a channel that nothing else uses. Does not wait for the connection. */
  public WatchStream(ManagedChannel channel, WatchRequest request, WatchEvents events) {
    this.channel = channel;
    Reader reader = new Reader(events);
    try {
      WatchServiceGrpc.newStub(channel).watch(request, reader);
    } catch (RuntimeException refused) { // by an interceptor of the application
      channel.shutdownNow();
      throw refused;
    }
    call = Objects.requireNonNull(reader.call, "beforeStart was not called");
  }

  /** Asks for the next response: the server sends no more than was asked for. */
  public void next() {
    call.request(1);
  }

  /**
   * Says by a unary call on the same connection what the watcher has acted on.
   *
   * @param unheard called, by one of gRPC's threads, if the server did not take it
   */
  public void acknowledge(String name, long revision, Runnable unheard) {
    AckWatchRequest request =
        AckWatchRequest.newBuilder().setName(name).setRevision(revision).build();
    try {
      WatchServiceGrpc.newStub(channel)
          .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
          .ackWatch(request, new AckReader(unheard));
    } catch (RuntimeException refused) { // by an interceptor of the application
      unheard.run();
    }
  }

  private static final class AckReader implements StreamObserver<AckWatchResponse> {
    private final Runnable unheard;

    AckReader(Runnable unheard) {
      this.unheard = unheard;
    }

    @Override
    public void onNext(AckWatchResponse response) {}

    @Override
    public void onError(Throwable thrown) {
      unheard.run();
    }

    @Override
    public void onCompleted() {}
  }

  /** Cancels what is still open, and gives up the connection. */
  public void abandon() {
    call.cancel("abandoned by the client", null);
    channel.shutdownNow();
  }

  /** Translates. */
  public static Goodbye goodbyeOf(io.pulsewatch.v1.Goodbye goodbye) {
    return HeartbeatStream.goodbyeOf(goodbye);
  }

  private static final class Reader implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final WatchEvents events;
    private @Nullable ClientCallStreamObserver<WatchRequest> call;

    Reader(WatchEvents events) {
      this.events = events;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> call) {
      this.call = call;
      call.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(WatchResponse response) {
      events.onResponse(response);
    }

    @Override
    public void onError(Throwable thrown) {
      events.onEnded(StreamEnds.of(thrown));
    }

    @Override
    public void onCompleted() {
      events.onEnded(StreamEnds.completed());
    }
  }
}
