package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.security.Guard;
import io.pulsewatch.server.security.SecurityFiles;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Reauth;
import io.pulsewatch.v1.Rejected;
import io.pulsewatch.v1.State;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Credentials on each call of a server with a token file, and on what lives longer than they. */
@Tag("once")
@Timeout(120)
final class AccessIT {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String ANY = "beat watch admin";

  /** What each method needs. A method without a line fails the test: its need is a decision. */
  private static final Map<String, String> NEEDS =
      Map.ofEntries(
          Map.entry("pulsewatch.v1.HeartbeatService/Heartbeat", "beat"),
          Map.entry("pulsewatch.v1.HeartbeatService/Beat", "beat"),
          Map.entry("pulsewatch.v1.HeartbeatService/Leave", "beat"),
          Map.entry("pulsewatch.v1.WatchService/Watch", "watch"),
          Map.entry("pulsewatch.v1.WatchService/AckWatch", "watch"),
          Map.entry("pulsewatch.v1.RegistryService/ListServices", "watch"),
          Map.entry("pulsewatch.v1.RegistryService/ListInstances", "watch"),
          Map.entry("pulsewatch.v1.RegistryService/GetInstance", "watch"),
          Map.entry("pulsewatch.v1.RegistryService/ListChanges", "watch"),
          Map.entry("pulsewatch.v1.RegistryService/ExplainInstance", "watch"),
          Map.entry("pulsewatch.v1.RegistryService/ListRoles", "watch"),
          Map.entry("pulsewatch.v1.AdminService/SetOverride", "admin"),
          Map.entry("pulsewatch.v1.AdminService/ClearOverride", "admin"),
          Map.entry("pulsewatch.v1.AdminService/RemoveInstance", "admin"),
          Map.entry("pulsewatch.v1.AdminService/HandOverRole", "admin"),
          Map.entry("pulsewatch.v1.AdminService/GetServerState", "admin"),
          Map.entry("pulsewatch.v1.AdminService/ListHooks", "admin"),
          Map.entry("pulsewatch.v1.AdminService/TestHook", "admin"),
          Map.entry("pulsewatch.v1.AdminService/ReplayHook", "admin"),
          Map.entry("pulsewatch.v1.AdminService/DrainServer", "admin"),
          Map.entry("grpc.health.v1.Health/Check", "watch"),
          Map.entry("grpc.health.v1.Health/Watch", "watch"),
          Map.entry("grpc.health.v1.Health/List", "watch"),
          Map.entry("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", ANY),
          Map.entry("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", ANY),
          Map.entry("grpc.channelz.v1.Channelz/GetTopChannels", "admin"),
          Map.entry("grpc.channelz.v1.Channelz/GetServers", "admin"),
          Map.entry("grpc.channelz.v1.Channelz/GetServer", "admin"),
          Map.entry("grpc.channelz.v1.Channelz/GetServerSockets", "admin"),
          Map.entry("grpc.channelz.v1.Channelz/GetChannel", "admin"),
          Map.entry("grpc.channelz.v1.Channelz/GetSubchannel", "admin"),
          Map.entry("grpc.channelz.v1.Channelz/GetSocket", "admin"));

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir Path folder = Path.of("");

  private final AccessToken beat = token("beat", null);
  private final AccessToken watch = token("watch", null);
  private final AccessToken admin = token("admin", null);
  private final AccessToken expired = token("beat,watch,admin", Instant.EPOCH);
  private Path file = Path.of("");
  private int port;

  @BeforeEach
  void serverWithTokens() throws IOException {
    file = folder.resolve("tokens");
    allow(beat, watch, admin, expired);
    PulsewatchServer server =
        grpc.add(
            PulsewatchServer.builder().listen("127.0.0.1", 0).ioThreads(1).tokenFile(file).start());
    port = server.port();
  }

  @Test
  void eachMethodAsksForItsRight() throws Exception {
    ManagedChannel channel = Sockets.channel(grpc, port);
    List<MethodDescriptor<?, ?>> methods = methods();
    assertThat(methods)
        .extracting(MethodDescriptor::getFullMethodName)
        .containsExactlyInAnyOrderElementsOf(NEEDS.keySet());
    Map<String, AccessToken> tokens = new TreeMap<>();
    tokens.put("beat", beat);
    tokens.put("watch", watch);
    tokens.put("admin", admin);
    for (MethodDescriptor<?, ?> method : methods) {
      byte[] request = request(method.getFullMethodName());
      call(channel, method, request, null).is(Code.UNAUTHENTICATED, "TOKEN_MISSING");
      call(channel, method, request, "Basic b3BzOm9wcw==")
          .is(Code.UNAUTHENTICATED, "TOKEN_MISSING");
      call(channel, method, request, "Bearer pw_wrong").is(Code.UNAUTHENTICATED, "TOKEN_UNKNOWN");
      call(channel, method, request, bearer(expired)).is(Code.UNAUTHENTICATED, "TOKEN_EXPIRED");
      for (Map.Entry<String, AccessToken> token : tokens.entrySet()) {
        Fault fault = call(channel, method, request, bearer(token.getValue()));
        if (NEEDS.getOrDefault(method.getFullMethodName(), "").contains(token.getKey())) {
          assertThat(fault.code())
              .as(method.getFullMethodName() + " with " + token.getKey() + ": " + fault)
              .isNotIn(Code.UNAUTHENTICATED, Code.PERMISSION_DENIED);
        } else {
          fault.is(Code.PERMISSION_DENIED, "NO_RIGHT").naming("may " + token.getKey(), "needs ");
        }
      }
    }
  }

  /** A load balancer asks how Pulsewatch itself is, and has no token. */
  @Test
  void itsOwnHealthIsFree() throws Exception {
    ManagedChannel channel = Sockets.channel(grpc, port);
    for (MethodDescriptor<?, ?> method : methods()) {
      if (method.getFullMethodName().matches("grpc.health.v1.Health/(Check|Watch)")) {
        byte[] itself = HealthCheckRequest.getDefaultInstance().toByteArray();
        assertThat(call(channel, method, itself, null).code()).isEqualTo(Code.OK);
        assertThat(call(channel, method, itself, "Bearer pw_wrong").code()).isEqualTo(Code.OK);
      }
    }
  }

  @Test
  void aStreamEndsWithItsTokenAndComesBackWithAnother() throws Exception {
    WatchLog log = WatchLog.open(channel(watch));
    AccessToken old = token("beat", null);
    AccessToken fresh = token("beat", null);
    allow(beat, watch, admin, old, fresh);
    TestStream stream = awaitOpen(old, "orders/a");
    TestStream kept = awaitOpen(old, "orders/b");
    kept.send(HeartbeatRequest.newBuilder().setReauth(reauth("pw_wrong")).build());
    Rejected rejected = kept.rejected();
    assertThat(rejected.getReason()).isEqualTo("TOKEN_UNKNOWN");
    assertThat(rejected.getField()).isEqualTo("reauth.token");
    kept.send(HeartbeatRequest.newBuilder().setReauth(reauth(watch.text())).build());
    assertThat(kept.rejected().getReason()).isEqualTo("NO_RIGHT");
    kept.send(HeartbeatRequest.newBuilder().setReauth(reauth(fresh.text())).build());

    allow(beat, watch, admin, fresh);
    stream.fault().is(Code.UNAUTHENTICATED, "TOKEN_UNKNOWN").naming("token create");
    log.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    log.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_AUTH_EXPIRED);
    kept.send(heartbeat(7));
    assertThat(kept.ack().getSequence()).isEqualTo(7);
    assertThat(kept.isOpen()).isTrue();
  }

  @Test
  void aStreamEndsWhenItsTokenExpires() throws Exception {
    WatchLog log = WatchLog.open(channel(watch));
    AccessToken soon = token("beat,watch", Instant.now().plusSeconds(4));
    allow(watch, soon);
    TestStream stream = awaitOpen(soon, "orders/a");
    WatchLog brief = WatchLog.open(channel(soon));
    stream.fault().is(Code.UNAUTHENTICATED, "TOKEN_EXPIRED").naming("expired at");
    brief.fault().is(Code.UNAUTHENTICATED, "TOKEN_EXPIRED");
    log.next("orders/a", State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
    log.next("orders/a", State.STATE_SUSPECT, Cause.CAUSE_AUTH_EXPIRED);
    assertThat(log.isOpen()).isTrue();
  }

  @Test
  void aRightThatIsTakenEndsWhatNeedsIt() throws Exception {
    WatchLog log = WatchLog.open(channel(watch));
    Files.writeString(file, watch.line().replace(" watch ", " beat ") + "\n");
    log.fault().is(Code.PERMISSION_DENIED, "NO_RIGHT");
  }

  @Test
  void aBadFileChangesNothing() throws Exception {
    WatchLog log = WatchLog.open(channel(watch));
    Files.writeString(file, "orders beat pw_plain\n");
    TimeUnit.SECONDS.sleep(3);
    assertThat(log.isOpen()).isTrue();
    WatchLog.open(channel(watch));
    Files.delete(file);
    TimeUnit.SECONDS.sleep(3);
    assertThat(log.isOpen()).isTrue();
  }

  /** Until the server has read the file anew, the token is unknown. */
  private TestStream awaitOpen(AccessToken token, String name) throws InterruptedException {
    HeartbeatServiceGrpc.HeartbeatServiceBlockingStub beats =
        HeartbeatServiceGrpc.newBlockingStub(channel(token));
    for (int tries = 0; tries < PATIENCE_MILLIS / 100 && isUnknown(beats); tries++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    TestStream stream = TestStream.open(channel(token), PATIENCE_MILLIS);
    stream.send(register(name, 2_000, 60_000, 60_000));
    stream.registered();
    return stream;
  }

  /** An empty beat is refused for something else once it is let in. */
  private static boolean isUnknown(HeartbeatServiceGrpc.HeartbeatServiceBlockingStub beats) {
    try {
      return beats.beat(BeatRequest.getDefaultInstance()).hasAck();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() == Code.UNAUTHENTICATED;
    }
  }

  private Channel channel(AccessToken token) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, bearer(token));
    return ClientInterceptors.intercept(
        Sockets.channel(grpc, port), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private void allow(AccessToken... tokens) throws IOException {
    StringBuilder lines = new StringBuilder("# a test's\n");
    for (AccessToken each : tokens) {
      lines.append(each.line()).append('\n');
    }
    Files.writeString(file, lines);
  }

  private static AccessToken token(String rights, @Nullable Instant expiry) {
    return AccessToken.create("test", rights, expiry, new Random());
  }

  private static String bearer(AccessToken token) {
    return "Bearer " + token.text();
  }

  private static Reauth reauth(String token) {
    return Reauth.newBuilder().setToken(token).build();
  }

  /** What a server offers, from its own wiring. */
  private List<MethodDescriptor<?, ?>> methods() throws IOException {
    NettyServerBuilder netty = NettyServerBuilder.forPort(0);
    Guard guard =
        new Guard(SecurityFiles.NONE, Clocks.SYSTEM.wallMillis(), System.getLogger("test"));
    List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
    try (Wiring wiring =
        new Wiring(
            PulsewatchServer.builder().ioThreads(1),
            Storage.open(null, Limits.DEFAULT, Clocks.SYSTEM.now()),
            true,
            Clocks.SYSTEM,
            guard)) {
      wiring.install(netty);
      for (ServerServiceDefinition service : netty.build().getServices()) {
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
          methods.add(method.getMethodDescriptor());
        }
      }
    }
    return methods;
  }

  /** Empty, but for health: there empty means Pulsewatch itself. */
  private static byte[] request(String method) {
    return method.startsWith("grpc.health.v1.Health/")
        ? HealthCheckRequest.newBuilder().setService("orders").build().toByteArray()
        : new byte[0];
  }

  /** How the call ends, or OK with its first message. */
  private static Fault call(
      Channel channel,
      MethodDescriptor<?, ?> method,
      byte[] request,
      @Nullable String authorization)
      throws Exception {
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .build(),
            CallOptions.DEFAULT);
    CompletableFuture<Fault> end = new CompletableFuture<>();
    Metadata headers = new Metadata();
    if (authorization != null) {
      headers.put(AUTHORIZATION, authorization);
    }
    call.start(
        new ClientCall.Listener<byte[]>() {
          @Override
          public void onMessage(byte[] message) {
            end.complete(new Fault(Code.OK, "", "", "", null, Map.of()));
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(Fault.of(status.asRuntimeException(trailers)));
          }
        },
        headers);
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
    try {
      return end.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      call.cancel("seen enough", null);
    }
  }

  /** Messages as they are. Stateless. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
