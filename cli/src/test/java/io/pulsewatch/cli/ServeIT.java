package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.State;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runnable jar against its own server: the whole story, as processes. */
@Tag("once")
final class ServeIT {
  private Launched serve;
  private String server;

  @BeforeEach
  void serve() throws Exception {
    serve = Launched.start("serve", "--memory", "--listen", "127.0.0.1:0");
    server = serve.address();
  }

  @AfterEach
  void stop() {
    serve.close();
  }

  @Test
  void theStoryOfAnInstance() throws Exception {
    Launched watch = pulsewatch("watch");
    try (watch) {
      watch.error("no instances yet");
      tellTheStory(watch);
    }
  }

  private void tellTheStory(Launched watch) throws Exception {
    try (Launched beat = beat("a", "--label", "env=prod", "--", "cat")) {
      watch.line("new -> ALIVE");

      assertThat(run("list")).contains("demo/a", "ALIVE", "env=prod");
      assertThat(instance("list", "-l", "env=prod").getState()).isEqualTo(State.STATE_ALIVE);
      assertThat(run("list", "-l", "env=test", "-o", "json")).isEmpty();
      assertThat(run("services")).containsPattern("demo +1 +1 +0 +0 +0");
      assertThat(run("get", "demo/a", "--check")).contains("serving            yes");
      assertThat(run("state")).containsPattern("streams +1\n");
      assertThat(instance("get", "demo", "a").getServing()).isTrue();

      assertThat(run("override", "set", "demo/a", "maintenance", "--for", "10m", "--reason", "x"))
          .startsWith("demo/a: MAINTENANCE until ");
      watch.line("ALIVE: MAINTENANCE");
      try (Launched check = pulsewatch("get", "demo/a", "--check")) {
        assertThat(check.exitCode()).isEqualTo(ExitCodes.NEGATIVE);
      }
      assertThat(run("override", "clear", "demo/a")).isEqualTo("demo/a: no override\n");
      watch.line("ALIVE: no override");

      try (Launched remove = pulsewatch("remove", "demo/a")) {
        assertThat(remove.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(remove.restOfErrors().lines()).hasSize(1);
      }
      beat.type("");
      assertThat(beat.exitCode()).isZero();
      watch.line("ALIVE -> LEFT");
      assertThat(run("explain", "demo/a"))
          .contains("state              LEFT", "new -> ALIVE", "ALIVE -> LEFT, leave")
          .contains("    It said goodbye");
      assertThat(run("remove", "demo/a")).isEqualTo("demo/a: removed\n");
      watch.line("LEFT -> removed");
      try (Launched get = pulsewatch("get", "demo/a")) {
        assertThat(get.exitCode()).isEqualTo(ExitCodes.NEGATIVE);
        assertThat(get.restOfErrors().lines()).hasSize(1);
      }
    }
  }

  @Test
  void aKilledBeatIsSuspectAndThenDead() throws Exception {
    try (Launched beat = beat("a", "--interval", "1s");
        Launched watch = pulsewatch("watch", "demo")) {
      beat.error("demo/a is registered");
      watch.line("demo/a");
      beat.process().destroyForcibly();
      assertThat(watch.line("ALIVE -> SUSPECT")).contains("stream lost");
      assertThat(watch.line("SUSPECT -> DEAD")).contains(" of 3 s");
      assertThat(run("explain", "demo/a")).contains("without a goodbye: it died");
    }
  }

  @Test
  void aNameHasOneOwner() throws Exception {
    try (Launched first = beat("a")) {
      first.error("demo/a is registered");
      try (Launched second = beat("a")) {
        second.error("trying again");
        second.signal("TERM");
        assertThat(second.exitCode()).isZero();
      }
      try (Launched third = beat("a", "--take-over")) {
        third.error("demo/a is registered");
        assertThat(first.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(first.restOfErrors())
            .contains("this incarnation is not current any more")
            .endsWith("Stop: another process owns it.\n");
      }
    }
  }

  @Test
  void aWatchGoesOnAfterTheServerDoes() throws Exception {
    try (Launched watch = pulsewatch("watch")) {
      watch.error("no instances yet");
      serve.signal("TERM");
      assertThat(serve.exitCode()).isZero();
      watch.error("lost " + server);
      try (Launched again = Launched.start("serve", "--memory", "--listen", server)) {
        assertThat(again.address()).isEqualTo(server);
        watch.error("reached " + server + " again");
        watch.error("the server starts over (lineage");
        try (Launched beat = beat("a")) {
          beat.error("demo/a is registered");
          watch.line("new -> ALIVE");
        }
      }
    }
  }

  @Test
  void aWatchEndsWithItsReader() throws Exception {
    try (Launched watch = pulsewatch("watch", "-o", "json")) {
      watch.line("snapshotEnd");
      watch.process().getInputStream().close();
      // The kernel keeps our end open until the read that waits there has the first line.
      try (Launched first = beat("a");
          Launched second = beat("b")) {
        first.error("demo/a is registered");
        second.error("demo/b is registered");
        assertThat(watch.exitCode()).isEqualTo(ExitCodes.OUTPUT_CLOSED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void aSignalStopsItInGoodOrder(String signal) throws Exception {
    try (Launched watch = pulsewatch("watch")) {
      watch.error("no instances yet");
      serve.signal(signal);
      assertThat(serve.exitCode()).isZero();
    }
  }

  /** It is told to who sent it; a client that goes on sending must not fill our log. */
  @Test
  void aMessageThatIsTooLargeIsNoLineInTheLog() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + server).usePlaintext().build();
    HeartbeatServiceGrpc.HeartbeatServiceBlockingStub stub =
        HeartbeatServiceGrpc.newBlockingStub(channel);
    BeatRequest large =
        BeatRequest.newBuilder()
            .setRegister(Register.newBuilder().setZone("z".repeat(64 * 1024)))
            .build();
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> stub.beat(large)).isInstanceOf(StatusRuntimeException.class);
    }
    channel.shutdownNow();
    serve.signal("TERM");
    assertThat(serve.exitCode()).isZero();
    assertThat(serve.restOfErrors()).doesNotContain("Exception");
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (Launched second = Launched.start("serve", "--memory", "--listen", server)) {
      assertThat(second.exitCode()).isEqualTo(ExitCodes.REFUSED);
      assertThat(second.restOfErrors())
          .isEqualTo(
              "pulsewatch: cannot listen on "
                  + server
                  + ": the port is in use; choose another with --listen, or stop who has it (ss"
                  + " -ltnp tells)\n");
      assertThat(second.rest()).isEmpty();
    }
  }

  private Launched beat(String id, String... more) throws IOException {
    String[] args = {"beat", "--server", server, "--service", "demo", "--id", id};
    String[] line = new String[args.length + more.length];
    System.arraycopy(args, 0, line, 0, args.length);
    System.arraycopy(more, 0, line, args.length, more.length);
    return Launched.start(line);
  }

  private Launched pulsewatch(String... args) throws IOException {
    String[] line = new String[args.length + 2];
    line[0] = "--server";
    line[1] = server;
    System.arraycopy(args, 0, line, 2, args.length);
    return Launched.start(line);
  }

  /** Runs a command that shall succeed, and returns what it printed. */
  private String run(String... args) throws IOException, InterruptedException {
    try (Launched command = pulsewatch(args)) {
      assertThat(command.exitCode()).as(() -> String.join(" ", args)).isZero();
      return command.rest();
    }
  }

  private Instance instance(String... args) throws IOException, InterruptedException {
    String[] line = new String[args.length + 2];
    System.arraycopy(args, 0, line, 0, args.length);
    line[args.length] = "-o";
    line[args.length + 1] = "json";
    Instance.Builder instance = Instance.newBuilder();
    try {
      JsonFormat.parser().merge(run(line), instance);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return instance.build();
  }
}
