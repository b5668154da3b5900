package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServerSocketsRequest;
import io.grpc.channelz.v1.GetServerSocketsResponse;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.channelz.v1.GetSocketRequest;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.GoodbyeReason;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a server starts, shows what it speaks, and ends. */
@Timeout(120)
final class LifecycleIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  @Test
  void saysGoodbyeToEverybodyAndEndsInBoundedTime() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    FaultProxy proxy = grpc.add(new FaultProxy(server.port()));
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    ManagedChannel stuck = Sockets.channel(grpc, proxy.port());
    WatchLog watch = WatchLog.open(Sockets.channel(grpc, server.port()));
    List<TestStream> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      TestStream stream = TestStream.open(channel, PATIENCE_MILLIS);
      stream.send(register("orders/" + i));
      streams.add(stream);
    }
    streams.forEach(TestStream::registered);
    // Nobody reads this one's socket any more; it holds up no one.
    TestStream deaf = TestStream.open(stuck, PATIENCE_MILLIS);
    deaf.send(register("orders/deaf"));
    deaf.registered();
    proxy.set(FaultProxy.Mode.STALL);
    watch.next(change -> WatchLog.name(change).equals("orders/deaf"));

    long begun = System.nanoTime();
    server.close();
    long tookMillis = (System.nanoTime() - begun) / 1_000_000;

    for (TestStream stream : streams) {
      HeartbeatResponse last = stream.next();
      assertThat(last.getGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_SHUTDOWN);
      stream.fault().is(Code.UNAVAILABLE, "SHUTDOWN").withRetry();
    }
    Fault end = watch.fault();
    WatchResponse goodbye = watch.newest(WatchResponse::hasGoodbye);
    assertThat(goodbye).isNotNull();
    assertThat(watch.newest(WatchResponse::hasBookmark)).isNotNull();
    assertThat(watch.changes())
        .allMatch(change -> change.getInstance().getState() == State.STATE_ALIVE);
    assertThat(tookMillis).isLessThan(10_000);
    Measured.say(
        "close with 101 streams, one of them deaf, and a watcher: %d ms; the watch ended with %s",
        tookMillis, end);
    assertThat(end.code()).isEqualTo(Code.UNAVAILABLE);
    server.close();
    server.awaitTermination();
  }

  @Test
  void itsPortIsFreeAgain() throws Exception {
    PulsewatchServer first = Sockets.server(grpc);
    int port = first.port();
    assertThatThrownBy(() -> PulsewatchServer.builder().listen("127.0.0.1", port).start())
        .isInstanceOf(IOException.class);
    first.close();
    assertThat(first.port()).isEqualTo(port);
    try (PulsewatchServer second = PulsewatchServer.builder().listen("127.0.0.1", port).start()) {
      assertThat(second.port()).isEqualTo(port);
    }
  }

  @Test
  void incarnationsGrowOverARestart() throws Exception {
    PulsewatchServer first = Sockets.server(grpc);
    TestStream before = TestStream.open(Sockets.channel(grpc, first.port()), PATIENCE_MILLIS);
    before.send(register("orders/a"));
    long old = before.registered().getIncarnation();
    first.close();
    PulsewatchServer second = Sockets.server(grpc);
    TestStream after = TestStream.open(Sockets.channel(grpc, second.port()), PATIENCE_MILLIS);
    after.send(register("orders/a"));
    assertThat(after.registered().getIncarnation()).isGreaterThan(old);
  }

  @Test
  void listensOffLoopbackOnlyWhenTold() {
    assertThatThrownBy(() -> PulsewatchServer.builder().listen("0.0.0.0", 0).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowPlaintextOffLoopback");
    assertThatThrownBy(() -> PulsewatchServer.builder().listen("no-such-host.invalid", 0).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void reflectionShowsEveryService() throws Exception {
    ManagedChannel channel = Sockets.channel(grpc, Sockets.server(grpc).port());
    BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable error) {}

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    ask.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("pulsewatch.v1.HeartbeatService")
            .build());

    ServerReflectionResponse list = answer(answers);
    assertThat(list.getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains(
            "pulsewatch.v1.HeartbeatService",
            "pulsewatch.v1.WatchService",
            "pulsewatch.v1.RegistryService",
            "pulsewatch.v1.AdminService",
            "grpc.health.v1.Health",
            "grpc.channelz.v1.Channelz",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection");
    assertThat(answer(answers).getFileDescriptorResponse().getFileDescriptorProtoCount())
        .isPositive();
    ask.onCompleted();
  }

  @Test
  void channelzAnswers() throws Exception {
    PulsewatchServer server = Sockets.server(grpc);
    TestStream stream =
        TestStream.open(Sockets.channel(grpc, server.port()), PATIENCE_MILLIS)
            .send(register("orders/a"));
    stream.registered();
    ChannelzGrpc.ChannelzBlockingStub channelz =
        ChannelzGrpc.newBlockingStub(Sockets.channel(grpc, server.port()));

    io.grpc.channelz.v1.Server ours =
        channelz.getServers(GetServersRequest.getDefaultInstance()).getServerList().stream()
            .filter(one -> listensOn(channelz, one, server.port()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("not among the servers of this JVM"));
    assertThat(ours.getData().getCallsStarted()).isGreaterThanOrEqualTo(2);
    GetServerSocketsResponse sockets =
        channelz.getServerSockets(
            GetServerSocketsRequest.newBuilder().setServerId(ours.getRef().getServerId()).build());
    assertThat(sockets.getSocketRefCount()).isEqualTo(2);
  }

  private static boolean listensOn(
      ChannelzGrpc.ChannelzBlockingStub channelz, io.grpc.channelz.v1.Server server, int port) {
    return server.getListenSocketList().stream()
        .map(one -> GetSocketRequest.newBuilder().setSocketId(one.getSocketId()).build())
        .map(channelz::getSocket)
        .anyMatch(one -> one.getSocket().getLocal().getTcpipAddress().getPort() == port);
  }

  private static ServerReflectionResponse answer(BlockingQueue<ServerReflectionResponse> answers)
      throws InterruptedException {
    ServerReflectionResponse answer = answers.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new AssertionError("no answer");
    }
    return answer;
  }
}
