package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Hook;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.Register;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A hook that reads what left the ring, and one that comes too late for what the disk keeps. */
@Tag("once")
@Timeout(60)
final class HookHistoryIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path folder;

  private PulsewatchServer serve(io.pulsewatch.server.Hook... hooks) throws Exception {
    ServerBuilder builder =
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(1)
            .data(folder.resolve("data"))
            .limits(Limits.DEFAULT.with(Map.of("ring_size", 5, "max_history", 60)));
    for (io.pulsewatch.server.Hook hook : hooks) {
      builder.withHook(hook);
    }
    return grpc.add(builder.start());
  }

  /** Writes the revision of each change, or that some are lost, into a file. */
  private io.pulsewatch.server.Hook writer() {
    return io.pulsewatch.server.Hook.command(
            "writer",
            List.of(
                "sh",
                "-c",
                "echo ${PULSEWATCH_REVISION:-lost} >> $1",
                "writer",
                folder.resolve("told").toString()))
        .fromBeginning()
        .parallel(1)
        .build();
  }

  /** Comes and goes: two changes each. */
  private static void come(ManagedChannel channel, String id, int times) {
    for (int i = 0; i < times; i++) {
      HeartbeatServiceGrpc.HeartbeatServiceBlockingStub stub =
          HeartbeatServiceGrpc.newBlockingStub(channel).withWaitForReady();
      String token =
          stub.beat(
                  BeatRequest.newBuilder()
                      .setRegister(
                          Register.newBuilder()
                              .setInstance(
                                  InstanceName.newBuilder()
                                      .setService("orders")
                                      .setInstanceId(id + i)))
                      .build())
              .getRegistered()
              .getSessionToken();
      Leave leave = Leave.newBuilder().setReason("done").build();
      BeatRequest goodbye = BeatRequest.newBuilder().setSessionToken(token).setLeave(leave).build();
      assertThat(stub.beat(goodbye)).isNotNull();
    }
  }

  /**
   * What was written once the hook has come to rest. A goodbye is answered when it is kept, which
   * may be before its change is shown to anybody: so the count of lines is waited for, too.
   */
  private List<String> told(ManagedChannel channel, int lines) throws Exception {
    List<String> told = List.of();
    for (int waits = 0; waits < 1_000; waits++) {
      ListHooksResponse hooks =
          AdminServiceGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .listHooks(ListHooksRequest.getDefaultInstance());
      Hook hook = hooks.getHooks(0);
      if (hook.getCursor() == hooks.getRevision()) {
        told = Files.readAllLines(folder.resolve("told"));
        if (told.size() >= lines) {
          return told;
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("it does not come to rest with " + lines + " lines, but: " + told);
  }

  @Test
  void whatLeftTheRingIsReadFromTheDiskAndWhatLeftThatIsLost() throws Exception {
    PulsewatchServer before = serve();
    come(Sockets.channel(grpc, before.port()), "a", 15);
    before.close();
    PulsewatchServer first = serve(writer());
    ManagedChannel channel = Sockets.channel(grpc, first.port());
    assertThat(told(channel, 30)).hasSize(30).doesNotHaveDuplicates().isSorted();
    come(channel, "b", 2);
    assertThat(told(channel, 34)).hasSize(34).doesNotHaveDuplicates();
    first.close();
    PulsewatchServer without = serve();
    come(Sockets.channel(grpc, without.port()), "c", 40);
    without.close();
    PulsewatchServer last = serve(writer());
    List<String> all = told(Sockets.channel(grpc, last.port()), 34 + 1 + 60);
    assertThat(all.get(34)).isEqualTo("lost");
    assertThat(all).hasSize(34 + 1 + 60).doesNotHaveDuplicates();
    last.close();
  }
}
