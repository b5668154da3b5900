package io.pulsewatch.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is asked for the next message, and when. Confined to the test's thread. */
final class RelayedCallTest {
  private final Downstream downstream = new Downstream();
  private final Upstream upstream = new Upstream();
  private final RelayedCall relayed = new RelayedCall(downstream, upstream, message -> {});

  @Test
  void whoIsReadyIsGivenTheNextMessage() {
    ServerCall.Listener<byte[]> client = relayed.start(new Metadata());
    upstream.ready = true;
    downstream.ready = true;
    client.onMessage(new byte[0]);
    upstream.listener().onMessage(new byte[0]);
    assertThat(downstream.asked).isEqualTo(2);
    assertThat(upstream.asked).isEqualTo(2);
  }

  @Test
  void whoIsNotReadyIsWaitedForOnce() {
    ServerCall.Listener<byte[]> client = relayed.start(new Metadata());
    client.onMessage(new byte[0]);
    upstream.listener().onMessage(new byte[0]);
    assertThat(downstream.asked).isEqualTo(1);
    assertThat(upstream.asked).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      client.onReady();
      upstream.listener().onReady();
    }
    assertThat(downstream.asked).isEqualTo(2);
    assertThat(upstream.asked).isEqualTo(2);
  }

  /** It says so before anybody is known to wait for it, and never again. */
  @Test
  void whoBecomesReadyWhileItIsLookedAtIsNotWaitedForForever() {
    ServerCall.Listener<byte[]> client = relayed.start(new Metadata());
    upstream.whenLookedAt =
        () -> {
          upstream.ready = true;
          upstream.listener().onReady();
        };
    client.onMessage(new byte[0]);
    assertThat(downstream.asked).isEqualTo(2);
    downstream.whenLookedAt =
        () -> {
          downstream.ready = true;
          client.onReady();
        };
    upstream.listener().onMessage(new byte[0]);
    assertThat(upstream.asked).isEqualTo(2);
  }

  private static final class Downstream extends ServerCall<byte[], byte[]> {
    private int asked;
    private boolean ready;
    private @Nullable Runnable whenLookedAt;

    @Override
    public boolean isReady() {
      boolean was = ready;
      Runnable once = whenLookedAt;
      if (once != null) {
        whenLookedAt = null;
        once.run();
      }
      return was;
    }

    @Override
    public void request(int messages) {
      asked += messages;
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(byte[] message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
      throw new AssertionError("nobody asks");
    }
  }

  private static final class Upstream extends ClientCall<byte[], byte[]> {
    private int asked;
    private boolean ready;
    private @Nullable Runnable whenLookedAt;
    private ClientCall.@Nullable Listener<byte[]> listener;

    ClientCall.Listener<byte[]> listener() {
      if (listener == null) {
        throw new AssertionError("not started");
      }
      return listener;
    }

    @Override
    public boolean isReady() {
      boolean was = ready;
      Runnable once = whenLookedAt;
      if (once != null) {
        whenLookedAt = null;
        once.run();
      }
      return was;
    }

    @Override
    public void start(ClientCall.Listener<byte[]> told, Metadata headers) {
      listener = told;
    }

    @Override
    public void request(int messages) {
      asked += messages;
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(byte[] message) {}
  }
}
