package io.pulsewatch.cli.record;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One call, passed on message by message in both directions. Thread-safe: either side has its own
 * event loop.
 *
 * <p>Backpressure is passed on, too: a message is asked of one side only while the other takes what
 * it is given. Status, trailers and cancellation go through as they are, so that the server sees a
 * lost stream as soon as the relay does.
 */
final class RelayedCall {
  private final ServerCall<byte[], byte[]> downstream;
  private final ClientCall<byte[], byte[]> upstream;
  private final Consumer<byte[]> tap;
  private final FromClient fromClient = new FromClient();
  private final FromServer fromServer = new FromServer();

  /**
   * @param tap sees each message of the client before the server does
   */
  RelayedCall(
      ServerCall<byte[], byte[]> downstream,
      ClientCall<byte[], byte[]> upstream,
      Consumer<byte[]> tap) {
    this.downstream = downstream;
    this.upstream = upstream;
    this.tap = tap;
  }

  /** Begins; what the client says goes to the listener. */
  ServerCall.Listener<byte[]> start(Metadata headers) {
    upstream.start(fromServer, headers);
    upstream.request(1);
    downstream.request(1);
    return fromClient;
  }

  /** One direction's wish for the next message. */
  private static final class Wish {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean waiting;

    /**
     * Whether the next message may be asked for now; if not, it is remembered.
     *
     * @param ready whether the other side takes it
     */
    boolean askNow(BooleanSupplier ready) {
      if (ready.getAsBoolean()) {
        return true;
      }
      synchronized (lock) {
        waiting = true;
      }
      // The other side may have become ready in between, when nobody was known to wait for it.
      return ready.getAsBoolean() && wasWaiting();
    }

    /** Whether somebody waits for this side to become ready; told once. */
    boolean wasWaiting() {
      synchronized (lock) {
        boolean was = waiting;
        waiting = false;
        return was;
      }
    }
  }

  private final class FromClient extends ServerCall.Listener<byte[]> {
    private final Wish wish = new Wish();

    @Override
    public void onMessage(byte[] message) {
      tap.accept(message);
      upstream.sendMessage(message);
      if (wish.askNow(upstream::isReady)) {
        downstream.request(1);
      }
    }

    @Override
    public void onHalfClose() {
      upstream.halfClose();
    }

    @Override
    public void onCancel() {
      // gRPC's own context would end it, too, as long as calls are started inside one.
      upstream.cancel("the client is gone", null);
    }

    @Override
    public void onReady() {
      if (fromServer.wish.wasWaiting()) {
        upstream.request(1);
      }
    }
  }

  private final class FromServer extends ClientCall.Listener<byte[]> {
    private final Wish wish = new Wish();

    @Override
    public void onHeaders(Metadata headers) {
      downstream.sendHeaders(headers);
    }

    @Override
    public void onMessage(byte[] message) {
      downstream.sendMessage(message);
      if (wish.askNow(downstream::isReady)) {
        upstream.request(1);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      downstream.close(status, trailers);
    }

    @Override
    public void onReady() {
      if (fromClient.wish.wasWaiting()) {
        downstream.request(1);
      }
    }
  }
}
