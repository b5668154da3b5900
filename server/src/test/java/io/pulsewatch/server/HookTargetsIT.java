package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real commands, and operators who try hooks and replay them. */
@Tag("once")
@Timeout(120)
final class HookTargetsIT {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  /**
   * Ends when it is asked to, and says so. It waits: in a loop of short sleeps, 2 of 60 shells of
   * Debian ended without their trap where the sleep was sent the signal, too.
   */
  private static final String LASTING =
      "trap 'echo > $1/ended; exit 1' TERM; sleep 1000 & echo > $1/began; while :; do wait; done";

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path folder;

  private ManagedChannel serve(Hook... hooks) throws Exception {
    ServerBuilder builder = PulsewatchServer.builder().listen("127.0.0.1", 0).ioThreads(1);
    for (Hook hook : hooks) {
      builder.withHook(hook);
    }
    return Sockets.channel(grpc, grpc.add(builder.start()).port());
  }

  private Hook.Builder shell(String name, String script) {
    return Hook.command(name, List.of("sh", "-c", script, "hook", folder.toString()));
  }

  private static void await(BooleanSupplier what) throws InterruptedException {
    for (int waits = 0; !what.getAsBoolean(); waits++) {
      if (waits > 1_000) {
        throw new AssertionError("it does not come");
      }
      Thread.sleep(20);
    }
  }

  private static void register(ManagedChannel channel, String id) {
    String token =
        HeartbeatServiceGrpc.newBlockingStub(channel)
            .beat(
                BeatRequest.newBuilder()
                    .setRegister(
                        Register.newBuilder()
                            .setInstance(
                                InstanceName.newBuilder().setService("orders").setInstanceId(id)))
                    .build())
            .getRegistered()
            .getSessionToken();
    HeartbeatServiceGrpc.newBlockingStub(channel)
        .beat(
            BeatRequest.newBuilder()
                .setSessionToken(token)
                .setLeave(Leave.newBuilder().setReason("done"))
                .build());
  }

  private static TestHookResponse test(ManagedChannel channel, String name) {
    return AdminServiceGrpc.newBlockingStub(channel)
        .testHook(TestHookRequest.newBuilder().setName(name).build());
  }

  private static io.pulsewatch.v1.Hook state(ManagedChannel channel, String name) {
    return AdminServiceGrpc.newBlockingStub(channel)
        .listHooks(ListHooksRequest.newBuilder().setName(name).build())
        .getHooks(0);
  }

  @Test
  void aCommandHasTheChangeInItsEnvironmentAndOnItsInput() throws Exception {
    Path file = folder.resolve("orders-a");
    ManagedChannel channel =
        serve(
            shell(
                    "writer",
                    "f=$1/$PULSEWATCH_SERVICE-$PULSEWATCH_INSTANCE; { env | grep ^PULSEWATCH_ | sort;"
                        + " cat; } > $f.new && mv $f.new $f")
                .states(List.of("LEFT"))
                .build());
    register(channel, "a");
    await(() -> Files.exists(file));
    assertThat(Files.readString(file))
        .contains("PULSEWATCH_STATE=LEFT\n", "PULSEWATCH_PREVIOUS_STATE=ALIVE\n")
        .contains("PULSEWATCH_CAUSE=LEAVE\n", "PULSEWATCH_ATTEMPT=1\n", "PULSEWATCH_HOOK=writer\n")
        .contains("PULSEWATCH_EVENT_TYPE=io.pulsewatch.change.left\n")
        .containsPattern("PULSEWATCH_REVISION=\\d+\n")
        .contains("\"cause\":\"CAUSE_LEAVE\"", "\"state\":\"STATE_LEFT\"");
    await(() -> state(channel, "writer").getDelivered() == 1);
  }

  @Test
  void whoDoesNotEndIsEndedAndHurtsNobody() throws Exception {
    ManagedChannel channel =
        serve(
            shell("deaf", "trap '' TERM; echo going; while :; do sleep 0.05; done")
                .timeout(Duration.ofMillis(300))
                .build(),
            // A child of it holds its output for longer than anybody waits.
            shell("leaving", "sleep 5 & echo left one; exit 3").build(),
            Hook.command("missing", List.of("/no/such/program")).build());
    TestHookResponse deaf = test(channel, "deaf");
    assertThat(deaf.getDelivered()).isFalse();
    assertThat(deaf.getOutcome()).isEqualTo("no answer within 300 ms");
    assertThat(deaf.getTook().getSeconds()).isBetween(2L, 10L);
    assertThat(test(channel, "leaving").getOutcome()).isEqualTo("exit code 3: left one");
    assertThat(test(channel, "missing").getOutcome()).contains("/no/such/program");
  }

  @Test
  void whoTalksWithoutEndIsEndedWithItsChildren() throws Exception {
    ManagedChannel channel =
        serve(
            shell("endless", "yes & exec yes").timeout(Duration.ofMillis(300)).build(),
            shell("parent", "sh -c \"" + LASTING.replace("$", "\\$") + "\" hook $1 & wait")
                .timeout(Duration.ofMillis(1_500)) // it has begun by then
                .build());
    assertThat(test(channel, "endless").getOutcome()).isEqualTo("no answer within 300 ms");
    assertThat(test(channel, "parent").getOutcome()).isEqualTo("no answer within 1500 ms");
    await(() -> Files.exists(folder.resolve("ended")));
  }

  @Test
  void aStopAsksFirst() throws Exception {
    PulsewatchServer server =
        grpc.add(
            PulsewatchServer.builder()
                .listen("127.0.0.1", 0)
                .ioThreads(1)
                .withHook(shell("lasting", LASTING).build())
                .start());
    register(Sockets.channel(grpc, server.port()), "a");
    await(() -> Files.exists(folder.resolve("began")));
    server.close();
    assertThat(folder.resolve("ended")).exists();
  }

  /** One that waits for a name server, on its threads, holds no other. */
  @Test
  void eachWebhookHasItsOwnThreads() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), SECRET);
    URI nobody = URI.create("http://127.0.0.1:1/");
    ManagedChannel channel =
        serve(
            Hook.webhook("one", nobody, secret).build(),
            Hook.webhook("two", nobody, secret).build());
    assertThat(test(channel, "one").getDelivered()).isFalse();
    assertThat(test(channel, "two").getDelivered()).isFalse();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .contains("pulsewatch-hook-http-one-0", "pulsewatch-hook-http-two-0");
  }

  @Test
  void deadLettersAreListedAndReplayed() throws Exception {
    ManagedChannel channel =
        serve(
            shell("picky", "test -e $1/open")
                .maxAttempts(2)
                .backoffMin(Duration.ofMillis(10))
                .backoffMax(Duration.ofMillis(10))
                .build());
    register(channel, "a");
    await(() -> state(channel, "picky").getDeadLetterCount() == 2);
    io.pulsewatch.v1.Hook hook = state(channel, "picky");
    assertThat(hook.getDeadLetters(0).getSubject()).isEqualTo("orders/a");
    assertThat(hook.getDeadLetters(0).getType()).isEqualTo("io.pulsewatch.change.alive");
    assertThat(hook.getDeadLetters(0).getError()).isEqualTo("exit code 1");
    assertThat(hook.getTarget()).isEqualTo("sh ...");
    Files.createFile(folder.resolve("open"));
    assertThat(
            AdminServiceGrpc.newBlockingStub(channel)
                .replayHook(ReplayHookRequest.newBuilder().setName("picky").build())
                .getDeadLetters())
        .isEqualTo(2);
    await(() -> state(channel, "picky").getDeadLetterCount() == 0);
    AdminServiceGrpc.newBlockingStub(channel)
        .replayHook(ReplayHookRequest.newBuilder().setName("picky").setSinceRevision(0).build());
    await(() -> state(channel, "picky").getDelivered() == 4);
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    ManagedChannel channel = serve();
    Fault.of(catchThrowable(() -> test(channel, "pager")))
        .is(Status.Code.NOT_FOUND, "UNKNOWN_HOOK");
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2");
    Hook pager = Hook.webhook("pager", URI.create("http://127.0.0.1:1/"), secret).build();
    assertThatThrownBy(() -> serve(pager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("hook pager: " + secret + ": line 1: no secret (expected: whsec_");
    assertThatThrownBy(() -> serve(pager, pager)).hasMessageContaining("name: 'pager'");
  }
}
