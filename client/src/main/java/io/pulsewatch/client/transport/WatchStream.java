package io.pulsewatch.client.transport;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pulsewatch.client.session.Goodbye;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One watch stream and the channel that it owns. Confined to the thread that opened it; its events
 * come from gRPC's threads.
 */
public final class WatchStream {
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
