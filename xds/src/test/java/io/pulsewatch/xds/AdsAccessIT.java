package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.AccessToken;
import io.pulsewatch.server.Limits;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.xds.envoy.AggregatedDiscoveryServiceGrpc;
import io.pulsewatch.xds.envoy.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceStub;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import io.pulsewatch.xds.envoy.DiscoveryResponse;
import io.pulsewatch.xds.envoy.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, and how much, on real sockets. */
@Timeout(60)
final class AdsAccessIT {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final int REFUSALS = 50;

  @TempDir Path folder = Path.of("");
  private final Counting extension = new Counting();
  private final AccessToken watch = token("watch");
  private final AccessToken beat = token("beat");
  private Path tokens;
  private PulsewatchServer server;
  private ManagedChannel channel;

  @BeforeEach
  void serve() throws Exception {
    tokens = folder.resolve("tokens");
    Files.write(tokens, List.of(watch.line(), beat.line()));
    server =
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(1)
            .data(folder.resolve("data"))
            .tokenFile(tokens)
            .limits(Limits.DEFAULT.with(Map.of("max_xds_streams", 1, "max_xds_names", 2)))
            .withExtension(extension)
            .start();
    channel =
        NettyChannelBuilder.forTarget(
                "127.0.0.1:" + server.port(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void aTokenComesInAHeaderOrInTheFirstMessage() throws Exception {
    assertThat(ask(null, "").ended()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(ask(null, "nonsense").ended()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(ask(null, beat.text()).ended()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(ask("nonsense", watch.text()).ended()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(ask(beat.text(), watch.text()).ended()).isEqualTo(Status.Code.PERMISSION_DENIED);
    Call inMessage = ask(null, watch.text());
    inMessage.answer();
    inMessage.requests.onCompleted();
    assertThat(inMessage.ended()).isEqualTo(Status.Code.OK);
    Call inHeader = ask(watch.text(), "");
    inHeader.answer();
    Files.write(tokens, List.of(beat.line()));
    assertThat(inHeader.ended()).as("withdrawn").isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void streamsAndNamesAreLimited() throws Exception {
    Call first = ask(watch.text(), "");
    first.answer();
    assertThat(ask(watch.text(), "").ended()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    first.requests.onNext(
        DiscoveryRequest.newBuilder()
            .setTypeUrl(ResourceType.ENDPOINTS.url())
            .addAllResourceNames(List.of("a", "b", "c"))
            .build());
    assertThat(first.ended()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Call next = ask(watch.text(), "");
    next.answer();
    server.close();
    assertThat(next.ended()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  /** One stream is read in order: what had to be sent again would come before the last answer. */
  @Test
  void whatIsRefusedIsCountedAndNotSentAgain() throws Exception {
    Call call = ask(watch.text(), "");
    String nonce = call.answer().getNonce();
    DiscoveryRequest.Builder refusal =
        DiscoveryRequest.newBuilder()
            .setTypeUrl(ResourceType.CLUSTER.url())
            .setResponseNonce(nonce)
            .setErrorDetail(DiscoveryRequest.ErrorDetail.newBuilder().setCode(3).setMessage("no"));
    for (int i = 0; i < REFUSALS; i++) {
      call.requests.onNext(refusal.build());
    }
    call.requests.onNext(
        DiscoveryRequest.newBuilder().setTypeUrl(ResourceType.LISTENER.url()).build());
    assertThat(call.answer().getTypeUrl()).isEqualTo(ResourceType.LISTENER.url());
    assertThat(extension.count("xds_nacks")).isEqualTo(REFUSALS);
    call.requests.onCompleted();
    assertThat(call.ended()).isEqualTo(Status.Code.OK);
    assertThat(call.answers).as("nothing came after it").isEmpty();
    assertThat(extension.count("xds_responses")).isEqualTo(2);
  }

  private Call ask(@org.jspecify.annotations.Nullable String header, String inMessage) {
    AggregatedDiscoveryServiceStub stub = AggregatedDiscoveryServiceGrpc.newStub(channel);
    if (header != null) {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + header);
      stub = stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    Node.Builder node = Node.newBuilder().setId("test");
    if (!inMessage.isEmpty()) {
      Value token = Value.newBuilder().setStringValue(inMessage).build();
      node.setMetadata(Struct.newBuilder().putFields("pulsewatch_token", token));
    }
    Call call = new Call(stub);
    call.requests.onNext(
        DiscoveryRequest.newBuilder().setNode(node).setTypeUrl(ResourceType.CLUSTER.url()).build());
    return call;
  }

  private static AccessToken token(String right) {
    return AccessToken.create(right, right, null, new SecureRandom());
  }

  /** What came of one call. Thread-safe. */
  private static final class Call implements StreamObserver<DiscoveryResponse> {
    private final BlockingQueue<DiscoveryResponse> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status.Code> end = new CompletableFuture<>();
    private final StreamObserver<DiscoveryRequest> requests;

    Call(AggregatedDiscoveryServiceStub stub) {
      requests = stub.streamAggregatedResources(this);
    }

    DiscoveryResponse answer() throws Exception {
      return Objects.requireNonNull(answers.poll(30, TimeUnit.SECONDS), "no answer");
    }

    Status.Code ended() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(DiscoveryResponse response) {
      answers.add(response);
    }

    @Override
    public void onError(Throwable error) {
      end.complete(Status.fromThrowable(error).getCode());
    }

    @Override
    public void onCompleted() {
      end.complete(Status.Code.OK);
    }
  }
}
