package io.pulsewatch.server.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Suspicion;
import io.pulsewatch.server.transport.Peer;
import io.pulsewatch.server.watch.CommittedView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is looked at, where, when, and what is told of it. Time and sockets are the test's. */
final class ProberTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Details.Endpoint HTTP = new Details.Endpoint("http", "10.0.0.7", 80);
  private static final ProbeLimits LIMITS = new ProbeLimits(3, 5, 10, 10);

  private final ManualSockets sockets = new ManualSockets();
  private final CommittedView view = new CommittedView();
  private final List<Command.Probed> told = new ArrayList<>();
  private final Suspects suspects = new Suspects();
  private long now = Long.MAX_VALUE - 50 * MS;
  private final Prober prober = prober(LIMITS);

  private Prober prober(ProbeLimits limits) {
    return new Prober(
        limits,
        new AddressRules(false, List.of()),
        sockets,
        view,
        told::add,
        Runnable::run,
        new Random(1),
        now);
  }

  /** Looks that began and wait for the test. */
  private static final class ManualSockets implements Sockets {
    private record Look(
        InetSocketAddress at, Protocol protocol, long within, Consumer<Found> told) {}

    private final List<String> lookUps = new ArrayList<>();
    private final List<Look> looks = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean slow;
    private List<String> answers = List.of();

    @Override
    public void resolve(String host, Consumer<List<InetAddress>> found) {
      lookUps.add(host);
      List<InetAddress> addresses = new ArrayList<>();
      for (String literal : answers.isEmpty() ? List.of(host) : answers) {
        addresses.add(address(literal));
      }
      if (slow) {
        held.add(() -> found.accept(addresses));
      } else {
        found.accept(addresses);
      }
    }

    @Override
    public void look(InetSocketAddress at, Protocol protocol, long within, Consumer<Found> told) {
      looks.add(new Look(at, protocol, within, told));
    }

    private static InetAddress address(String literal) {
      try {
        return InetAddress.getByName(literal);
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final class Asked implements Peer {
    private final InstanceKey key;
    private final List<String> questions = new ArrayList<>();

    Asked(String id) {
      key = new InstanceKey("orders", id);
    }

    @Override
    public InstanceKey key() {
      return key;
    }

    @Override
    public void ask(Suspicion suspicion, Details.Endpoint endpoint, long withinNanos) {
      questions.add(suspicion.key() + " " + endpoint.host() + " " + withinNanos / MS);
    }
  }

  private void commit(Change change) {
    view.onChanges(List.of(change));
    prober.onChanges(List.of(change));
  }

  private Suspicion suspect(String id, Details.Endpoint... endpoints) {
    Change change = suspects.change(id, State.SUSPECT, Cause.SILENCE, endpoints);
    commit(change);
    return Suspicion.of(change.after());
  }

  private void pass(long nanos) {
    now += nanos;
    prober.turn(now);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasFoundIsToldOnce(Probe.Outcome outcome) {
    Suspicion suspicion = suspect("a", HTTP);
    pass(0);
    assertThat(sockets.looks).hasSize(1);
    ManualSockets.Look look = sockets.looks.get(0);
    assertThat(look.at()).isEqualTo(new InetSocketAddress("10.0.0.7", 80));
    assertThat(look.within()).isEqualTo(1_000 * MS);
    assertThat(told).isEmpty();
    look.told().accept(new Sockets.Found(outcome, 7));
    look.told().accept(new Sockets.Found(outcome, 8));
    pass(2_000 * MS);
    assertThat(told)
        .containsExactly(
            new Command.Probed(suspicion, new Probe("server", HTTP, outcome, 7), null));
    assertThat(prober.inFlight()).isZero();
  }

  @Test
  void whatDoesNotAnswerInTimeDidNotAnswer() {
    Suspicion suspicion = suspect("a", HTTP);
    pass(0);
    pass(1_000 * MS - 1);
    assertThat(told).isEmpty();
    pass(1);
    Probe none = new Probe("server", HTTP, Probe.Outcome.NO_ANSWER, 1_000 * MS);
    assertThat(told).containsExactly(new Command.Probed(suspicion, none, null));
    sockets.looks.get(0).told().accept(new Sockets.Found(Probe.Outcome.REACHABLE, 7));
    assertThat(told).hasSize(1);
    assertThat(prober.inFlight()).isZero();
  }

  /** The resolver hangs: we have not looked, so we have seen nothing. */
  @Test
  void whoNeverCameToLookSaysSo() {
    sockets.slow = true;
    suspect("a", HTTP);
    pass(0);
    pass(1_000 * MS);
    assertThat(told).extracting(p -> p.probe().outcome()).containsExactly(Probe.Outcome.DECLINED);
    sockets.held.forEach(Runnable::run);
    assertThat(sockets.looks).as("too late").isEmpty();
    assertThat(told).hasSize(1);
  }

  @Test
  void onlyWhatIsDeclaredIsLookedAt() {
    suspect("a");
    pass(0);
    assertThat(sockets.lookUps).isEmpty();
    assertThat(sockets.looks).isEmpty();
    suspect("b", HTTP);
    pass(0);
    assertThat(sockets.lookUps).containsExactly("10.0.0.7");
    assertThat(sockets.looks).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "grpc, GRPC",
    "GRPC, GRPC",
    "grpc-internal, GRPC",
    "my.grpc, GRPC",
    "grpcweb, TCP",
    "http, TCP",
    "'', TCP"
  })
  void grpcIsSpokenWhereTheNameSaysSo(String name, Sockets.Protocol protocol) {
    suspect("a", new Details.Endpoint(name, "10.0.0.7", 80));
    pass(0);
    assertThat(sockets.looks.get(0).protocol()).isEqualTo(protocol);
  }

  @Test
  void anEndpointThatSpeaksGrpcGoesFirst() {
    suspect("a", HTTP, new Details.Endpoint("grpc", "10.0.0.8", 81));
    pass(0);
    assertThat(sockets.looks).hasSize(1);
    assertThat(sockets.looks.get(0).at().getPort()).isEqualTo(81);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "fe80::1",
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "fd00:ec2::254"
      })
  void nobodyIsSentToAForbiddenAddress(String host) {
    Asked peer = new Asked("peer");
    prober.onPeer(peer);
    Details.Endpoint endpoint = new Details.Endpoint("http", host, 80);
    Suspicion suspicion = suspect("a", endpoint);
    pass(0);
    assertThat(sockets.looks).isEmpty();
    assertThat(peer.questions).as("nor is a peer").isEmpty();
    Probe declined = new Probe("server", endpoint, Probe.Outcome.DECLINED, 0);
    assertThat(told).containsExactly(new Command.Probed(suspicion, declined, null));
    assertThat(prober.inFlight()).isZero();
    assertThat(prober.turn(now + 5_000 * MS)).as("its time is over, too").isEqualTo(1);
    assertThat(told).hasSize(1);
  }

  /** A name may lead anywhere: the address that was judged is the one that is connected to. */
  @Test
  void namesAreJudgedByTheirAddresses() {
    sockets.answers = List.of("169.254.169.254", "127.0.0.1");
    suspect("a", new Details.Endpoint("http", "innocent.example", 80));
    pass(0);
    assertThat(sockets.looks).isEmpty();
    sockets.answers = List.of("169.254.169.254", "10.0.0.9");
    suspect("b", new Details.Endpoint("http", "mixed.example", 80));
    pass(0);
    assertThat(sockets.looks).hasSize(1);
    assertThat(sockets.looks.get(0).at().getAddress().getHostAddress()).isEqualTo("10.0.0.9");
    suspect("c", new Details.Endpoint("http", "metadata.google.internal", 80));
    pass(0);
    assertThat(sockets.lookUps).containsExactly("innocent.example", "mixed.example");
  }

  @Test
  void aFewOthersAreAskedToLook() {
    List<Asked> peers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      peers.add(new Asked("p" + i));
      prober.onPeer(peers.get(i));
    }
    prober.onPeer(new Asked("a"));
    suspect("a", HTTP);
    pass(0);
    assertThat(peers.stream().flatMap(peer -> peer.questions.stream()))
        .containsExactly(
            "orders/a 10.0.0.7 1000", "orders/a 10.0.0.7 1000", "orders/a 10.0.0.7 1000");
    peers.forEach(prober::onPeerGone);
    suspect("b", HTTP);
    pass(0);
    assertThat(peers.stream().mapToInt(peer -> peer.questions.size()).sum()).isEqualTo(3);
  }

  @Test
  void soManyAreLookedAtAtOnce() {
    for (int i = 0; i < 20; i++) {
      suspect("a" + i, HTTP);
    }
    pass(0);
    assertThat(sockets.looks).hasSize(3);
    sockets.looks.get(0).told().accept(new Sockets.Found(Probe.Outcome.REACHABLE, 7));
    pass(0);
    assertThat(sockets.looks).hasSize(4);
  }

  @Test
  void soManyASecondAndNotTooLate() {
    for (int i = 0; i < 20; i++) {
      suspect("a" + i, HTTP);
    }
    for (int millis = 0; millis < 5_000; millis += 10) {
      pass(10 * MS);
      List.copyOf(sockets.looks)
          .forEach(look -> look.told().accept(new Sockets.Found(Probe.Outcome.REACHABLE, 7)));
    }
    // Ten found room. Five at once, then one each 200 ms; the last came too late, and of it and of
    // those that found no room nothing is told.
    assertThat(sockets.looks).hasSize(9);
    assertThat(told).hasSize(9);
  }

  @Test
  void whoeverWaitedTooLongIsPassedOver() {
    for (int i = 0; i < 4; i++) {
      suspect("a" + i, HTTP);
    }
    pass(0);
    assertThat(sockets.looks).hasSize(3);
    // The three end after 1 s; the fourth would be dead 2 s after it was suspected.
    pass(1_000 * MS);
    assertThat(sockets.looks).hasSize(3);
  }

  @Test
  void whoeverIsSuspectedNoMoreIsPassedOver() {
    suspect("a", HTTP);
    commit(suspects.change("a", State.ALIVE, Cause.RECOVERED, HTTP));
    pass(0);
    assertThat(sockets.looks).isEmpty();
    suspect("a", HTTP);
    commit(suspects.change("a", State.ALIVE, Cause.RECOVERED, HTTP));
    suspects.elapse(5);
    suspect("a", HTTP);
    pass(0);
    assertThat(sockets.looks).as("the newest suspicion only").hasSize(1);
  }

  @Test
  void anotherChangeOfASuspectIsNoNewSuspicion() {
    suspect("a", HTTP);
    commit(suspects.change("a", State.SUSPECT, Cause.OVERRIDE, HTTP));
    pass(0);
    assertThat(sockets.looks).hasSize(1);
  }

  @Test
  void aLostStreamLeavesTheResumeWindow() {
    commit(suspects.lost("a", HTTP, 300 * MS));
    pass(0);
    assertThat(sockets.looks.get(0).within()).isEqualTo(150 * MS);
  }

  @Test
  void itsOwnSilenceIsTold() {
    Suspicion suspicion = suspect("a");
    prober.onAsked(suspicion, 400 * MS);
    Suspicion other = suspect("b");
    prober.onAsked(other, 500 * MS);
    commit(suspects.change("b", State.ALIVE, Cause.RECOVERED));
    pass(400 * MS - 1);
    assertThat(told).isEmpty();
    pass(1);
    Probe none = new Probe("orders/a", null, Probe.Outcome.NO_ANSWER, 400 * MS);
    assertThat(told).containsExactly(new Command.Probed(suspicion, none, null));
    pass(1_000 * MS);
    assertThat(told).hasSize(1);
  }

  @Test
  void whatIsWaitedForIsBounded() {
    for (int i = 0; i < 100; i++) {
      prober.onAsked(suspect("a" + i), 400 * MS);
    }
    pass(400 * MS);
    assertThat(told).hasSize(LIMITS.maxQueued() + LIMITS.maxInFlight());
  }
}
