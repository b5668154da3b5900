package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Hook;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.RegistryServiceGrpc;
import io.pulsewatch.v1.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A receiver that is down, slow, answers 500 and resets, and a server that is killed meanwhile:
 * every change arrives, in order per instance, and who beats notices nothing.
 */
@Tag("once")
@Timeout(120)
final class HookIT {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final int STEADY = 40;
  private static final int RESTLESS = 20;
  private static final long PHASE_MILLIS = 500;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path directory;
  private final SplittableRandom chance = new SplittableRandom(7);

  @Test
  void everyChangeArrivesInOrder() throws Exception {
    Path secrets = Files.writeString(directory.resolve("secret"), SECRET);
    HookReceiver receiver = grpc.add(new HookReceiver(SECRET, Sockets.freePort(chance)));
    receiver.up();
    String[] hook = {"http://127.0.0.1:" + receiver.port() + "/hook", secrets.toString()};
    int port = Sockets.freePort(chance);
    ServedProcess server = grpc.add(ServedProcess.start(directory.resolve("data"), port, hook));
    ScheduledExecutorService timer = Sockets.timer(grpc);
    ManagedChannel channel = Sockets.channel(grpc, port);
    List<BeatingClient> steady = beat(channel, timer);
    List<Churn> churns = new ArrayList<>();
    for (int i = 0; i < RESTLESS; i++) {
      churns.add(new Churn(channel, timer, chance.split(), "restless/r" + i, 100));
    }
    Thread.sleep(PHASE_MILLIS);
    receiver.down();
    Thread.sleep(PHASE_MILLIS);
    receiver.up();
    for (HookReceiver.Mood mood :
        List.of(HookReceiver.Mood.FAILING, HookReceiver.Mood.SLOW, HookReceiver.Mood.RESETTING)) {
      receiver.is(mood);
      Thread.sleep(PHASE_MILLIS);
    }
    receiver.is(HookReceiver.Mood.WELL);
    Thread.sleep(PHASE_MILLIS);
    long beforeKill = head(channel);
    server.kill(); // while all is well: what was received last is not in its cursor yet
    int idsBeforeKill = receiver.ids().size();
    server = grpc.add(ServedProcess.start(directory.resolve("data"), port, hook));
    Thread.sleep(2 * PHASE_MILLIS);
    churns.forEach(Churn::close);
    BeatingClient.awaitAcks(steady);

    List<Change> history = settled(channel);
    assertThat(receiver.faults()).isEmpty();
    assertThat(history).hasSizeGreaterThan(STEADY + 100);
    assertThat(firsts(receiver.seen())).isEqualTo(all(history));
    assertThat(receiver.seen().size()).isGreaterThan(history.size()); // some came twice
    List<String> ids = receiver.ids();
    assertThat(ids.subList(idsBeforeKill, ids.size()))
        .containsAnyElementsOf(ids.subList(0, idsBeforeKill)); // under the same id
    assertThat(history)
        .filteredOn(each -> each.getInstance().getService().equals("steady"))
        .filteredOn(each -> each.getRevision() <= beforeKill)
        .allMatch(each -> each.getCause() == Cause.CAUSE_REGISTERED)
        .hasSize(STEADY);
    assertThat(history)
        .filteredOn(each -> each.getInstance().getService().equals("steady"))
        .noneMatch(each -> each.getInstance().getState() == State.STATE_DEAD);
    server.stop();
  }

  private List<BeatingClient> beat(ManagedChannel channel, ScheduledExecutorService timer)
      throws InterruptedException {
    List<BeatingClient> steady = new ArrayList<>();
    for (int i = 0; i < STEADY; i++) {
      steady.add(
          new BeatingClient(
                  channel,
                  timer,
                  System::nanoTime,
                  Requests.register("steady/s" + i, 500, 5_000, 5_000)
                      .setProcessId("process-of-s" + i)
                      .build())
              .start());
    }
    BeatingClient.awaitAcks(steady);
    return steady;
  }

  /** Revisions by instance, each once, in the order in which they came first. */
  private static Map<String, List<Long>> firsts(List<Change> seen) {
    Map<String, Set<Long>> firsts = new LinkedHashMap<>();
    for (Change change : seen) {
      firsts.computeIfAbsent(name(change), name -> new LinkedHashSet<>()).add(change.getRevision());
    }
    Map<String, List<Long>> listed = new LinkedHashMap<>();
    firsts.forEach((name, revisions) -> listed.put(name, List.copyOf(revisions)));
    return listed;
  }

  private static Map<String, List<Long>> all(List<Change> history) {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    for (Change change : history) {
      all.computeIfAbsent(name(change), name -> new ArrayList<>()).add(change.getRevision());
    }
    return all;
  }

  private static String name(Change change) {
    return change.getInstance().getService() + "/" + change.getInstance().getInstanceId();
  }

  /** The history, once nothing changes any more and the hook has told all of it. */
  private static List<Change> settled(ManagedChannel channel) throws InterruptedException {
    long before = -1;
    for (int waits = 0; waits < 300; waits++) {
      ListHooksResponse hooks =
          AdminServiceGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .listHooks(ListHooksRequest.newBuilder().setName("receiver").build());
      Hook hook = hooks.getHooks(0);
      long head = hooks.getRevision();
      if (hook.getCursor() == head && head == before && allEnded(channel)) {
        assertThat(hook.getDeadLetterCount()).isZero();
        assertThat(hook.getGaps()).isZero();
        return history(channel);
      }
      before = head;
      Thread.sleep(200);
    }
    throw new AssertionError("it does not come to rest");
  }

  private static boolean allEnded(ManagedChannel channel) {
    return RegistryServiceGrpc.newBlockingStub(channel)
        .listInstances(
            ListInstancesRequest.newBuilder()
                .addServices("restless")
                .addStates(State.STATE_ALIVE)
                .addStates(State.STATE_SUSPECT)
                .build())
        .getInstancesList()
        .isEmpty();
  }

  private static long head(ManagedChannel channel) {
    return AdminServiceGrpc.newBlockingStub(channel)
        .listHooks(ListHooksRequest.getDefaultInstance())
        .getRevision();
  }

  private static List<Change> history(ManagedChannel channel) {
    List<Change> all = new ArrayList<>();
    ListChangesRequest.Builder request = ListChangesRequest.newBuilder().setPageSize(1_000);
    ListChangesResponse page;
    do {
      page = RegistryServiceGrpc.newBlockingStub(channel).listChanges(request.build());
      all.addAll(page.getChangesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return all;
  }
}
