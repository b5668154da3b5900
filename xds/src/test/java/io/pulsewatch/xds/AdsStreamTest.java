package io.pulsewatch.xds;

import static io.pulsewatch.v1.Status.STATUS_DRAINING;
import static io.pulsewatch.xds.ResourceType.CLUSTER;
import static io.pulsewatch.xds.ResourceType.ENDPOINTS;
import static io.pulsewatch.xds.ResourceType.LISTENER;
import static io.pulsewatch.xds.ResourceType.ROUTES;
import static io.pulsewatch.xds.Someone.alive;
import static io.pulsewatch.xds.Someone.change;
import static io.pulsewatch.xds.Someone.dead;
import static io.pulsewatch.xds.Someone.removed;
import static io.pulsewatch.xds.Someone.snapshot;
import static io.pulsewatch.xds.Someone.suspect;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The protocol, and when clients are told, in virtual time. */
final class AdsStreamTest {
  private final AdsWorld world = new AdsWorld();
  private final AdsWorld.Client client = world.client();

  @Test
  void aServiceIsFoundStepByStep() {
    world.hear(snapshot(alive("a", 1), alive("b", 2)));
    client.ask(LISTENER, "orders");
    assertThat(client.told()).containsExactly("LISTENER orders");
    client.ask(CLUSTER, "orders");
    client.ask(ENDPOINTS, "orders");
    client.ask(ROUTES, "orders");
    assertThat(client.told())
        .containsExactly("CLUSTER orders", "ENDPOINTS orders=1,2", "ROUTES orders");
  }

  @Test
  void nothingIsToldBeforeTheSnapshotIsWholeAndWarmUpIsOver() {
    world.warmingUp = true;
    client.ask(LISTENER, "orders");
    client.ask(CLUSTER, "orders");
    client.ask(ENDPOINTS, "orders");
    world.hear(snapshot(alive("a", 1)).subList(0, 2)).pass(1_000);
    world.hear(snapshot(alive("a", 1)).subList(2, 3)).pass(1_000);
    assertThat(client.told()).isEmpty();
    world.warmingUp = false;
    world.turn();
    assertThat(client.told())
        .containsExactly("CLUSTER orders", "ENDPOINTS orders=1", "LISTENER orders");
    world.warmingUp = true; // it does not come back, but if it did
    world.hear(change(alive("b", 2))).pass(100);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1,2");
  }

  @Test
  void theFirstChangeGoesAtOnceAndWhatFollowsIsJoined() {
    world
        .hear(snapshot(alive("a", 1), alive("b", 2), alive("c", 3), alive("d", 4), alive("e", 5)))
        .pass(100);
    client.ask(ENDPOINTS, "orders");
    client.told();
    world.hear(change(suspect("a", 1)));
    assertThat(client.told()).containsExactly("ENDPOINTS orders=2,3,4,5");
    world.hear(change(suspect("b", 2))).pass(50).hear(change(alive("f", 6))).pass(49);
    assertThat(client.told()).isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=3,4,5,6");
    world.hear(change(alive("f", 6))).pass(200);
    assertThat(client.told()).as("nothing new in it").isEmpty();
  }

  @Test
  void servicesDoNotWaitForEachOther() {
    world.hear(snapshot(alive("a", 1), alive("billing", "x", 7))).pass(100);
    client.ask(ENDPOINTS, "orders", "billing");
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1 billing=7");
    world.hear(change(alive("b", 2))).pass(60).hear(change(alive("billing", "y", 8)));
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1,2", "ENDPOINTS billing=7,8");
    // Each has its own quiet time, and is told when that is over.
    world.hear(change(alive("billing", "z", 9)), change(alive("c", 3))).pass(40);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1,2,3");
    world.pass(60);
    assertThat(client.told()).containsExactly("ENDPOINTS billing=7,8,9");
  }

  @Test
  void whatDoesNotExistIsLeftOutAndToldWhenItAppears() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.ask(LISTENER, "orders", "billing");
    client.ask(ENDPOINTS, "billing");
    assertThat(client.told()).containsExactly("LISTENER orders");
    world.hear(change(alive("billing", "x", 7)));
    assertThat(client.told()).containsExactly("ENDPOINTS billing=7", "LISTENER orders billing");
  }

  @Test
  void aServiceIsThereUntilTheRegistryForgetsTheLastOfIt() {
    world.hear(snapshot(alive("a", 1), alive("billing", "x", 7))).pass(100);
    client.ask(CLUSTER, "orders");
    client.ask(ENDPOINTS, "orders");
    client.told();
    world.hear(change(dead("a", 1))).pass(5_999);
    assertThat(client.told()).as("kept for one timeout").isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=");
    world.pass(60_000).hear(removed(dead("a", 1))).pass(100);
    assertThat(client.told()).containsExactly("CLUSTER");
    world.hear(change(alive("a", 1)));
    assertThat(client.told()).containsExactly("CLUSTER orders", "ENDPOINTS orders=1");
  }

  @Test
  void aRefusedAnswerIsNotSentAgain() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.ask(ENDPOINTS, "orders");
    client.reply(ENDPOINTS, client.nonce(ENDPOINTS), "bad\nport", "orders");
    world.pass(10_000);
    client.reply(ENDPOINTS, client.nonce(ENDPOINTS), "bad again", "orders");
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1");
    assertThat(world.refused).containsExactly("ENDPOINTS bad\nport", "ENDPOINTS bad again");
    world.hear(change(alive("b", 2)));
    assertThat(client.told()).as("the next version").containsExactly("ENDPOINTS orders=1,2");
  }

  @Test
  void refusedListenersAndClustersAreNotSentAgainEither() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    for (ResourceType type : List.of(LISTENER, CLUSTER, ROUTES)) {
      client.ask(type, "orders");
      client.told();
      for (int i = 0; i < 3; i++) {
        client.reply(type, client.last(type), "no", "orders");
        world.pass(1_000);
      }
      assertThat(client.told()).as("%s", type).isEmpty();
    }
    assertThat(world.refused).hasSize(9);
    world.hear(change(alive("a", 1))).pass(100);
    assertThat(client.told()).as("nor when endpoints change").isEmpty();
  }

  @Test
  void whatTellsNothingNewKeepsNobodyWaiting() {
    world.hear(snapshot(alive("a", 1), alive("b", 2), alive("c", 3))).pass(100);
    client.ask(ENDPOINTS, "orders");
    world.hear(change(suspect("a", 1)));
    client.told();
    world.pass(200).hear(change(dead("a", 1))); // it was left out already
    assertThat(client.told()).isEmpty();
    world.pass(9).hear(change(alive("d", 4)));
    assertThat(client.told()).as("looks are bounded, too").isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=2,3,4");
    world.pass(50).hear(change(alive("e", 5))).pass(49);
    assertThat(client.told()).as("joined to what was told").isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=2,3,4,5");
  }

  @Test
  void anAnswerToAnOldAnswerChangesNothing() {
    world.hear(snapshot(alive("a", 1), alive("billing", "x", 7))).pass(100);
    client.ask(LISTENER, "orders");
    String old = client.nonce(LISTENER);
    client.ask(LISTENER, "orders", "billing");
    assertThat(client.told()).containsExactly("LISTENER orders", "LISTENER orders billing");
    client.reply(LISTENER, old, "", "orders");
    client.reply(LISTENER, old, "late", "orders");
    assertThat(client.told()).isEmpty();
    assertThat(world.refused).containsExactly("LISTENER late");
    world.hear(removed(alive("billing", "x", 7)));
    assertThat(client.told()).as("it still wants both").containsExactly("LISTENER orders");
  }

  @Test
  void whoAsksForFewerIsToldNothingAndForOneAgainIsToldIt() {
    world.hear(snapshot(alive("a", 1), alive("billing", "x", 7))).pass(100);
    client.ask(ENDPOINTS, "orders", "billing");
    client.ask(CLUSTER, "orders", "billing");
    client.told();
    client.ask(ENDPOINTS, "orders");
    client.ask(CLUSTER, "orders");
    world.hear(change(alive("billing", "y", 8))).pass(100);
    assertThat(client.told()).isEmpty();
    client.ask(ENDPOINTS, "orders", "billing");
    assertThat(client.told()).containsExactly("ENDPOINTS billing=7,8");
    client.ask(CLUSTER);
    assertThat(client.told()).as("none, and not all").isEmpty();
  }

  @Test
  void anEnvoyIsToldAllClustersAndNoListener() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.ask(CLUSTER);
    client.ask(LISTENER);
    assertThat(client.told()).containsExactly("CLUSTER orders", "LISTENER");
    world.hear(change(alive("billing", "x", 7)));
    world.hear(change(alive("carts", "x", 8)));
    assertThat(client.told()).containsExactly("CLUSTER billing orders");
    world.pass(100);
    assertThat(client.told()).containsExactly("CLUSTER billing carts orders");
  }

  @Test
  void whoDoesNotReadIsToldTheNewest() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.ask(ENDPOINTS, "orders");
    client.told();
    client.reads = false;
    for (int port = 2; port < 9; port++) {
      world.hear(change(alive("x" + port, port))).pass(100);
    }
    client.reads = true;
    world.turn();
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1,2,3,4,5,6,7,8");
  }

  @Test
  void endpointsAreEncodedOnceForAll() {
    AdsWorld.Client other = world.client();
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.ask(ENDPOINTS, "orders");
    other.ask(ENDPOINTS, "orders");
    assertThat(client.frames.get(0)).isSameAs(other.frames.get(0));
  }

  @Test
  void namesAreLimited() {
    assertThat(client.ask(CLUSTER, "a", "b", "c")).isNull();
    assertThat(client.ask(LISTENER, "a", "b")).isNull();
    Status refusal = client.ask(LISTENER, "a", "b", "c");
    assertThat(Objects.requireNonNull(refusal).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void aFreshSnapshotForgetsThoseWhoAreNotInIt() {
    world.hear(snapshot(alive("a", 1), alive("b", 2), alive("billing", "x", 7))).pass(100);
    client.ask(CLUSTER, "orders", "billing");
    client.ask(ENDPOINTS, "orders");
    client.told();
    world.hear(snapshot(alive("b", 2), alive("c", 3))).pass(100);
    assertThat(client.told()).containsExactly("CLUSTER orders", "ENDPOINTS orders=2,3");
  }

  @Test
  void aNonceOfAnotherStreamIsNoReasonToWait() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.reply(ENDPOINTS, "v17", "", "orders");
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1");
  }

  @Test
  void whoDiesWhileTheServerWarmsUpIsKeptAsEver() {
    world.warmingUp = true;
    world.hear(snapshot(alive("a", 1), alive("b", 2), alive("billing", "x", 7))).pass(1_000);
    client.ask(ENDPOINTS, "orders");
    world.hear(change(dead("a", 1), dead("b", 2))).pass(200);
    world.warmingUp = false;
    world.turn();
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1,2");
    world.pass(5_800);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=");
  }

  @Test
  void whoDiedAMomentBeforeTheFirstSnapshotIsKept() {
    world.turn(); // a turn opens the watch
    client.ask(ENDPOINTS, "orders", "billing");
    world.hear(
        snapshot(
            at(100, dead("a", 1)),
            at(91, dead("b", 2)),
            at(89, dead("c", 3)),
            at(89, alive("billing", "x", 7).setState(State.STATE_DEAD)),
            at(100, alive("billing", "y", 8).setState(State.STATE_LEFT)),
            at(100, alive("web", "z", 9))));
    assertThat(client.told()).containsExactly("ENDPOINTS orders=1,2 billing=");
    world.pass(6_000);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=");
  }

  @Test
  void whereNobodyAtAllIsAliveTheLastEndpointsStay() {
    world.hear(snapshot(alive("a", 1), alive("b", 2), alive("billing", "x", 7))).pass(100);
    client.ask(ENDPOINTS, "orders", "billing");
    client.told();
    world.hear(
        change(dead("a", 1), dead("b", 2), alive("billing", "x", 7).setState(State.STATE_DEAD)));
    for (int minute = 0; minute < 60; minute++) {
      world.pass(60_000);
    }
    assertThat(client.told()).as("it is us who hear nothing").isEmpty();
    world.hear(change(alive("b", 2)));
    assertThat(client.told()).containsExactly("ENDPOINTS orders=2,1");
    world.pass(5_999);
    assertThat(client.told()).as("and each has a timeout to come back").isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=2 billing=");
  }

  /** Somebody lives, so the network does: that nobody may call him says nothing about it. */
  @Test
  void whoHasNoAddressIsSomebodyAlive() {
    assertKeptForATimeoutBeside(alive("workers", "w", 1).clearEndpoints());
  }

  @Test
  void whoWantsNoCallsIsSomebodyAlive() {
    assertKeptForATimeoutBeside(alive("carts", "x", 7).setStatus(STATUS_DRAINING));
  }

  private void assertKeptForATimeoutBeside(Instance.Builder other) {
    world.hear(snapshot(alive("a", 1), alive("b", 2), other)).pass(100);
    client.ask(ENDPOINTS, "orders");
    client.told();
    world.hear(change(dead("a", 1), dead("b", 2))).pass(5_999);
    assertThat(client.told()).isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=");
  }

  @Test
  void whoIsSuspectIsNobodyAlive() {
    Instance.Builder worker = alive("workers", "w", 1).clearEndpoints();
    world.hear(snapshot(alive("a", 1), worker)).pass(100);
    client.ask(ENDPOINTS, "orders");
    client.told();
    world.hear(change(dead("a", 1), worker.setState(State.STATE_SUSPECT))).pass(60_000);
    assertThat(client.told()).isEmpty();
    world.hear(change(worker.setState(State.STATE_ALIVE))).pass(5_999);
    assertThat(client.told()).isEmpty();
    world.pass(1);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=");
  }

  /** Also after the window in which verdicts count together. */
  @Test
  void aFormerLifeOfWhoRegistersAnewIsKeptNoMore() {
    Duration timeout = Duration.newBuilder().setSeconds(60).build();
    world.hear(
        snapshot(
            alive("a", 1).setTimeout(timeout),
            alive("b", 2).setTimeout(timeout),
            alive("billing", "x", 7)));
    world.pass(100);
    client.ask(ENDPOINTS, "orders");
    world.hear(change(dead("a", 1), dead("b", 2))).pass(12_000);
    world.hear(change(alive("billing", "x", 8))).pass(100);
    client.told();
    world.hear(change(alive("a", 3).setIncarnation(2))).pass(100);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=3,2");
    world.hear(change(alive("b", 4).setIncarnation(3))).pass(100);
    assertThat(client.told()).containsExactly("ENDPOINTS orders=3,4");
  }

  private static Instance.Builder at(long seconds, Instance.Builder instance) {
    return instance.setSince(Timestamp.newBuilder().setSeconds(seconds));
  }

  @Test
  void whoIsGoneIsToldNothing() {
    world.hear(snapshot(alive("a", 1))).pass(100);
    client.ask(CLUSTER);
    client.ask(ENDPOINTS, "orders");
    client.told();
    client.stream.end();
    world.hear(change(alive("b", 2)), change(alive("billing", "x", 7))).pass(100);
    assertThat(client.told()).isEmpty();
  }
}
