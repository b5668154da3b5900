package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetInstanceResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blocking calls over servers in this process. Confined to the test's thread. */
final class PulsewatchClientTest {
  private final String name = UUID.randomUUID().toString();
  private final List<String> asked = new ArrayList<>();
  private final List<String> connected = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Server server = InProcessServerBuilder.forName(name).build();

  @BeforeEach
  void start() throws IOException {
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(new Registry())
            .addService(new Admin())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.shutdownNow();
  }

  /** The address {@code up} is the server, others are nobody's. */
  private PulsewatchClient client(String... addresses) {
    return PulsewatchClient.builder()
        .server(addresses)
        .channelFactory(
            address -> {
              connected.add(address);
              ManagedChannel channel =
                  InProcessChannelBuilder.forName(address.equals("up") ? name : address)
                      .directExecutor()
                      .build();
              channels.add(channel);
              return channel;
            })
        .build();
  }

  private static GetInstanceRequest get(String id) {
    return GetInstanceRequest.newBuilder().setService("orders").setInstanceId(id).build();
  }

  private static RemoveInstanceRequest remove(String id) {
    return RemoveInstanceRequest.newBuilder().setService("orders").setInstanceId(id).build();
  }

  @Test
  void asks() {
    try (PulsewatchClient client = client("up")) {
      assertThat(client.getInstance(get("a")).getInstanceId()).isEqualTo("a");
      assertThat(client.removeInstance(remove("a")).getRevision()).isEqualTo(5);
      assertThat(connected).containsExactly("up");
    }
  }

  @Test
  void aRefusalSaysWhatTheServerSaid() {
    try (PulsewatchClient client = client("up", "down")) {
      PulsewatchException refused =
          catchThrowableOfType(PulsewatchException.class, () -> client.getInstance(get("none")));
      assertThat(refused.code()).isEqualTo(Code.NOT_FOUND);
      assertThat(refused.reason()).isEqualTo("UNKNOWN_INSTANCE");
      assertThat(refused.description()).isEqualTo("said the test");
      assertThat(refused.retryAfter()).isEmpty();
      assertThat(refused).hasMessage("NOT_FOUND/UNKNOWN_INSTANCE: said the test");
      assertThat(connected).as("nobody else is asked").containsExactly("up");
    }
  }

  @Test
  void aNamedWaitIsHandedOn() {
    try (PulsewatchClient client = client("up")) {
      PulsewatchException refused =
          catchThrowableOfType(PulsewatchException.class, () -> client.getInstance(get("full")));
      assertThat(refused.retryAfter()).isEqualTo(Optional.of(Duration.ofMillis(1500)));
    }
  }

  @Test
  void theNextServerIsAskedAndRemembered() {
    try (PulsewatchClient client = client("down", "up")) {
      client.getInstance(get("a"));
      client.getInstance(get("b"));
      client.removeInstance(remove("b"));
      assertThat(connected).containsExactly("down", "up");
      assertThat(asked).containsExactly("get a", "get b", "remove b");
    }
  }

  @Test
  void noServerAtAllIsUnavailable() {
    try (PulsewatchClient client = client("down", "out")) {
      PulsewatchException refused =
          catchThrowableOfType(PulsewatchException.class, () -> client.getInstance(get("a")));
      assertThat(refused.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(connected).containsExactly("down", "out");
    }
  }

  @Test
  void aRemovalIsTriedOnceButGoesElsewhereTheNextTime() {
    try (PulsewatchClient client = client("down", "up")) {
      assertThatThrownBy(() -> client.removeInstance(remove("a")))
          .isInstanceOf(PulsewatchException.class);
      assertThat(asked).isEmpty();
      client.removeInstance(remove("a"));
      assertThat(asked).containsExactly("remove a");
    }
  }

  @Test
  void pagesAreAskedForAsTheyAreNeeded() {
    try (PulsewatchClient client = client("up")) {
      Iterator<Instance> instances =
          client.listInstances(ListInstancesRequest.newBuilder().setPageSize(2).build());
      assertThat(asked).as("not before the first is wanted").isEmpty();
      assertThat(instances.next().getInstanceId()).isEqualTo("1");
      assertThat(asked).containsExactly("list '' by 2");
      List<String> rest = new ArrayList<>();
      instances.forEachRemaining(instance -> rest.add(instance.getInstanceId()));
      assertThat(rest).containsExactly("2", "3");
      assertThat(asked).containsExactly("list '' by 2", "list 'p2' by 2", "list 'p3' by 2");
      assertThatThrownBy(instances::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void aClosedClientSaysSo() {
    PulsewatchClient client = client("up", "down");
    client.getInstance(get("a"));
    client.close();
    client.close();
    PulsewatchException refused =
        catchThrowableOfType(PulsewatchException.class, () -> client.getInstance(get("a")));
    assertThat(refused.code()).isEqualTo(Code.CANCELLED);
    assertThat(channels).allMatch(ManagedChannel::isShutdown);
  }

  private final class Registry extends RegistryServiceGrpc.RegistryServiceImplBase {
    @Override
    public void getInstance(
        GetInstanceRequest request, StreamObserver<GetInstanceResponse> response) {
      String id = request.getInstanceId();
      asked.add("get " + id);
      if (id.equals("none")) {
        response.onError(
            ScriptedServer.error(Code.NOT_FOUND, "UNKNOWN_INSTANCE", Duration.ofSeconds(-1)));
      } else if (id.equals("full")) {
        response.onError(
            ScriptedServer.error(Code.RESOURCE_EXHAUSTED, "RATE", Duration.ofMillis(1500)));
      } else {
        response.onNext(
            GetInstanceResponse.newBuilder()
                .setInstance(Instance.newBuilder().setInstanceId(id))
                .build());
        response.onCompleted();
      }
    }

    @Override
    public void listInstances(
        ListInstancesRequest request, StreamObserver<ListInstancesResponse> response) {
      String token = request.getPageToken();
      asked.add("list '" + token + "' by " + request.getPageSize());
      ListInstancesResponse.Builder page = ListInstancesResponse.newBuilder();
      switch (token) { // the second page is empty
        case "" -> page.addInstances(id("1")).addInstances(id("2")).setNextPageToken("p2");
        case "p2" -> page.setNextPageToken("p3");
        default -> page.addInstances(id("3"));
      }
      response.onNext(page.build());
      response.onCompleted();
    }

    private Instance.Builder id(String id) {
      return Instance.newBuilder().setInstanceId(id);
    }
  }

  private final class Admin extends AdminServiceGrpc.AdminServiceImplBase {
    @Override
    public void removeInstance(
        RemoveInstanceRequest request, StreamObserver<RemoveInstanceResponse> response) {
      asked.add("remove " + request.getInstanceId());
      response.onNext(RemoveInstanceResponse.newBuilder().setRevision(5).build());
      response.onCompleted();
    }
  }
}
