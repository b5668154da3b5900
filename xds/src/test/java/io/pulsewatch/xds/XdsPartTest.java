package io.pulsewatch.xds;

import static io.pulsewatch.xds.ResourceType.ENDPOINTS;
import static io.pulsewatch.xds.Someone.alive;
import static io.pulsewatch.xds.Someone.change;
import static io.pulsewatch.xds.Someone.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.pulsewatch.server.ExtensionHost;
import io.pulsewatch.server.Limits;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The service in a server that the test moves, in virtual time. */
final class XdsPartTest {
  private final Host host = new Host();
  private final XdsPart part = new XdsPart(host);
  private long nowNanos = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(500);

  /** A server whose threads are the test's. Confined. */
  private static final class Host implements ExtensionHost {
    private boolean warmingUp;
    private Consumer<WatchResponse> watch = message -> {};

    @Override
    public Executor thread() {
      return Runnable::run;
    }

    @Override
    public Limits limits() {
      return Limits.DEFAULT;
    }

    @Override
    public boolean isWarmingUp() {
      return warmingUp;
    }

    @Override
    public void watch(
        WatchRequest request,
        Consumer<WatchResponse> told,
        Consumer<StatusRuntimeException> ended) {
      watch = told;
    }

    @Override
    public Caller caller(Consumer<StatusRuntimeException> ended) {
      return new Known();
    }
  }

  /** One with good credentials. Immutable. */
  private static final class Known implements ExtensionHost.Caller {
    @Override
    public boolean isKnown() {
      return true;
    }

    @Override
    public @Nullable StatusRuntimeException show(String token) {
      return null;
    }

    @Override
    public void release() {}
  }

  /** A call whose client reads at once. Confined. */
  private static final class Reading extends ServerCallStreamObserver<Frame> {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onNext(Frame answer) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setOnCloseHandler(Runnable handler) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setOnReadyThreshold(int bytes) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void request(int messages) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void setCompression(String compression) {}
  }

  private void pass(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    part.turn(nowNanos);
  }

  private long answers() {
    return part.counts().getOrDefault("xds_responses", -1L);
  }

  @Test
  void aServerThatWarmsUpAnswersNobody() {
    host.warmingUp = true;
    part.open(new Reading())
        .onNext(
            DiscoveryRequest.newBuilder()
                .setTypeUrl(ENDPOINTS.url())
                .addResourceNames("orders")
                .build());
    pass(0);
    snapshot(alive("a", 1)).forEach(host.watch);
    pass(1_000);
    host.watch.accept(change(alive("b", 2)));
    pass(1_000);
    assertThat(answers()).as("half of them").isZero();
    host.warmingUp = false;
    pass(10);
    assertThat(answers()).isEqualTo(1);
  }
}
