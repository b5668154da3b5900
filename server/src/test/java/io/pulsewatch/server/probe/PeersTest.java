package io.pulsewatch.server.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Suspicion;
import io.pulsewatch.server.transport.Peer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is asked, and how often. */
final class PeersTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final InstanceKey SUSPECT = new InstanceKey("orders", "suspect");

  private final Peers peers = new Peers(10, new Random(1));

  private record Named(InstanceKey key) implements Peer {
    @Override
    public void ask(Suspicion suspicion, Details.Endpoint endpoint, long withinNanos) {}
  }

  private static Peer peer(String id) {
    return new Named(new InstanceKey("orders", id));
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void soManyASecond(long origin) {
    Pace pace = new Pace(2, origin);
    assertThat(pace.take(origin)).isTrue();
    assertThat(pace.take(origin)).isTrue();
    assertThat(pace.take(origin)).isFalse();
    assertThat(pace.take(origin + SECOND / 2 - 1)).isFalse();
    assertThat(pace.take(origin + SECOND / 2)).isTrue();
    assertThat(pace.take(origin + SECOND / 2)).isFalse();
    long later = origin + 100 * SECOND;
    assertThat(pace.take(later)).isTrue();
    assertThat(pace.take(later)).isTrue();
    assertThat(pace.take(later)).as("nothing is saved up").isFalse();
  }

  @Test
  void nobodyIsAskedAboutItself() {
    peers.add(new Named(SUSPECT), 0);
    assertThat(peers.pick(SUSPECT, 3, 0)).isEmpty();
    Peer other = peer("other");
    peers.add(other, 0);
    for (int i = 1; i < 100; i++) {
      assertThat(peers.pick(SUSPECT, 3, i * SECOND)).containsAnyOf(other).hasSizeLessThan(2);
    }
  }

  @Test
  void theyAreDifferentAndAnyOfThem() {
    List<Peer> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(peer("p" + i));
      peers.add(all.get(i), 0);
    }
    Set<Peer> asked = new HashSet<>();
    for (int i = 1; i < 50; i++) {
      List<Peer> picked = peers.pick(SUSPECT, 3, i * SECOND);
      assertThat(picked).doesNotHaveDuplicates().hasSize(3);
      asked.addAll(picked);
    }
    assertThat(asked).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void oneIsAskedTwiceASecondAtTheMost() {
    Peer only = peer("only");
    peers.add(only, 0);
    int asked = 0;
    for (int millis = 0; millis < 10_000; millis += 10) {
      asked += peers.pick(SUSPECT, 3, TimeUnit.MILLISECONDS.toNanos(millis)).size();
    }
    assertThat(asked).isEqualTo(2 + 19);
  }

  @Test
  void whoIsGoneIsNotAskedAndThereIsALimit() {
    List<Peer> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(peer("p" + i));
      peers.add(all.get(i), 0);
    }
    peers.add(all.get(0), 0);
    assertThat(peers.size()).isEqualTo(10);
    peers.remove(all.get(11));
    for (int i = 0; i < 9; i++) {
      peers.remove(all.get(i));
      peers.remove(all.get(i));
    }
    assertThat(peers.size()).isEqualTo(1);
    assertThat(peers.pick(SUSPECT, 3, SECOND)).containsExactly(all.get(9));
    peers.remove(all.get(9));
    assertThat(peers.pick(SUSPECT, 3, SECOND)).isEmpty();
  }
}
