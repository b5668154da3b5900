package io.pulsewatch.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Much falls silent at once: for real, because our own network is cut, because a proxy restarts.
 * Interval 2 s, suspect after 4 s, resume window 5 s, timeout 6 s unless a world says otherwise.
 */
final class ShelterTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long INTERVAL = 2 * SECOND;
  private static final Times TIMES = Times.grant(INTERVAL, Times.UNSET, Times.UNSET);

  /** A world and the changes of state in it since it was calm. */
  private static final class Story implements Oracle.Listener {
    final SimulatedWorld world;
    final List<Told> told = new ArrayList<>();

    /** What was told, when, after which silence, and in which mode. */
    record Told(State state, Cause cause, long at, long silence, DetectorMode mode) {}

    Story(long seed, Fault fault, Climate climate) {
      this.world = new SimulatedWorld(seed, fault, climate);
      world.run(60 * SECOND);
      assertThat(world.oracle().dead() + world.oracle().suspects()).isZero();
      world.oracle().listen(this);
    }

    static Story of(long seed, int instances, Fault fault) {
      return new Story(seed, fault, Climate.calm(instances, INTERVAL));
    }

    @Override
    public void onState(Draft draft, long silence) {
      DetectorMode mode = world.server().mode();
      State state = draft.after().state();
      told.add(new Told(state, draft.cause(), world.now(), silence, mode));
      long late = silence - 2 * INTERVAL;
      boolean undisturbed = world.server().congestion().begun() == 0;
      if (state == State.SUSPECT
          && draft.cause() == Cause.SILENCE
          && undisturbed
          && late > Lateness.BOUND) {
        throw new Violation("SUSPECT is never held", draft + " is " + late / 1e6 + " ms late");
      }
    }

    long count(State state) {
      return told.stream().filter(one -> one.state() == state).count();
    }

    List<Told> dead() {
      return told.stream().filter(one -> one.state() == State.DEAD).toList();
    }

    void crash(int count) {
      world.names().stream().limit(count).forEach(name -> name.current().crash(true));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 60", "3, 200"})
  void halfOfTheFleetDies(long seed, int instances) {
    Story story = Story.of(seed, instances, Fault.NONE);
    int dead = instances / 2;
    story.crash(dead);
    story.world.run(2 * INTERVAL + Lateness.BOUND);
    assertThat(story.count(State.SUSPECT)).as("on time").isEqualTo(dead);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.PRESERVATION);
    story.world.run(TIMES.timeoutNanos());
    assertThat(story.dead())
        .hasSize(dead)
        .allMatch(one -> one.cause() == Cause.SILENCE)
        .allMatch(one -> one.mode() == DetectorMode.PRESERVATION)
        .allMatch(one -> one.silence() >= TIMES.timeoutNanos() + INTERVAL)
        .allMatch(one -> one.silence() <= TIMES.timeoutNanos() + 2 * INTERVAL + Lateness.BOUND);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.NORMAL);
    story.crash(dead + 2);
    story.world.run(TIMES.timeoutNanos() + Lateness.BOUND);
    assertThat(story.dead()).as("one by one they are judged as ever").hasSize(dead + 2);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.NORMAL);
  }

  /** What healed before the first hold was over. */
  @ParameterizedTest
  @CsvSource({"1, 20, 5000", "2, 60, 5700", "3, 200, 5700"})
  void theServersOwnNetworkIsCutAndHeals(long seed, int instances, long cutMillis) {
    Story story = Story.of(seed, instances, Fault.NONE);
    story.world.network().cut(cutMillis * MS);
    story.world.run(cutMillis * MS);
    assertThat(story.count(State.SUSPECT)).isGreaterThan(instances / 2);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.PRESERVATION);
    story.world.run(20 * SECOND);
    assertThat(story.dead()).isEmpty();
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.NORMAL);
    assertThat(story.world.oracle().registry().values())
        .hasSize(instances)
        .allMatch(entry -> entry.state() == State.ALIVE);
  }

  @ParameterizedTest
  @CsvSource({"4, 20", "5, 60", "6, 200"})
  void theServersOwnNetworkStaysCut(long seed, int instances) {
    Story story = Story.of(seed, instances, Fault.NONE);
    story.world.network().cut(60 * SECOND);
    story.world.run(2 * INTERVAL + Lateness.BOUND);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.PRESERVATION);
    story.world.run(20 * SECOND);
    assertThat(story.dead())
        .hasSize(instances)
        .allMatch(one -> one.mode() == DetectorMode.PRESERVATION)
        .allMatch(one -> one.silence() >= TIMES.timeoutNanos() + INTERVAL);
    assertThat(story.world.server().mode()).as("it ends by itself").isEqualTo(DetectorMode.NORMAL);
  }

  /** Its DEADs come one after another, not all in one instant. */
  @Test
  void whatWasHeldIsReleasedEvenly() {
    Story story = Story.of(7, 200, Fault.NONE);
    story.world.network().cut(60 * SECOND);
    story.world.run(30 * SECOND);
    List<Story.Told> dead = story.dead();
    assertThat(dead).hasSize(200);
    for (int i = 20; i < dead.size(); i++) {
      assertThat(dead.get(i).at() - dead.get(i - 20).at()).isGreaterThan(50 * MS);
    }
  }

  /** A proxy in front of everybody restarts in 8 s. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aProxyRestarts(long seed) {
    long timeout = 12 * SECOND;
    long window = 5 * SECOND;
    Climate climate = Climate.calm(60, INTERVAL, timeout, window);
    Story story = new Story(seed, Fault.NONE, climate);
    story.world.network().restartProxy(8 * SECOND);
    story.world.run(SECOND);
    assertThat(story.count(State.SUSPECT)).as("at once").isGreaterThan(30);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.PRESERVATION);
    story.world.run(30 * SECOND);
    assertThat(story.dead()).isEmpty();
    assertThat(story.world.oracle().registry().values())
        .hasSize(60)
        .allMatch(entry -> entry.state() == State.ALIVE);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.NORMAL);
  }

  /** Some who came back queue, and some really died. */
  @Test
  void whoDiesWhileOthersQueueIsDeadThirtySecondsLaterAtTheMost() {
    Story story = Story.of(8, 60, Fault.NONE);
    story.crash(4);
    story.world.server().congest(45 * SECOND);
    story.world.names().get(10).rival();
    story.world.run(SECOND);
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.ADMITTING);
    story.world.run(29 * SECOND);
    assertThat(story.dead()).isEmpty();
    assertThat(story.world.server().mode()).isEqualTo(DetectorMode.ADMITTING);
    story.world.run(SECOND);
    assertThat(story.world.server().mode()).isNotEqualTo(DetectorMode.ADMITTING);
    story.world.run(TIMES.timeoutNanos());
    assertThat(story.dead())
        .isNotEmpty()
        .allMatch(one -> one.silence() <= 30 * SECOND + TIMES.timeoutNanos() + 100 * MS);
  }

  @ParameterizedTest
  @EnumSource(names = {"HELD_TWICE", "NEVER_RELEASED", "SUSPECT_HELD", "PRESERVATION_NOT_TOLD"})
  void plantedFaultsAreFound(Fault fault) {
    assertThatThrownBy(
            () -> {
              Story story = Story.of(1, 60, fault);
              story.crash(30);
              story.world.run(60 * SECOND);
            })
        .hasMessageContaining("[" + fault.invariant() + "]");
  }
}
