package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.every;
import static io.pulsewatch.server.watch.Interests.latest;
import static io.pulsewatch.server.watch.Interests.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What all subscribers together may hold, and who waits for it how long. */
final class RoomTest {
  private static final int READERS = 20;

  /** Ten messages of this test. */
  private static final int ROOM_BYTES = 10 * (int) Room.sizeOf(Reader.BYTES);

  private static final long MOST_TAKEN = ROOM_BYTES + Room.sizeOf(Reader.BYTES);

  private final World world = new World(new WatchLimits(100, 1_000).withUnwrittenBytes(ROOM_BYTES));
  private final Room room = world.hub.room();
  private final List<Reader> readers = new ArrayList<>();

  @Test
  void nobodyIsToldPastTheRoomAndEachInItsTurn() {
    crowd(every(services("a")));
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).go("a/1", State.DEAD);
    world.settle();
    assertThat(readers).filteredOn(reader -> reader.tape.told > 0).hasSize(10);
    int most = 0;
    while (readers.stream().anyMatch(reader -> reader.tape.told < 3)) {
      Reader first = firstThatHolds();
      first.write();
      world.settle();
      most++;
      assertThat(room.takenBytes()).isLessThanOrEqualTo(MOST_TAKEN);
      assertThat(most).as("messages written").isLessThan(3 * READERS);
    }
    readers.forEach(Reader::write);
    world.settle();
    for (Reader reader : readers) {
      assertThat(reader.tape.lines)
          .containsExactly("a/1 STREAM_LOST SUSPECT", "a/1 RECOVERED ALIVE", "a/1 SILENCE DEAD");
      assertThat(reader.tape.isLive()).isTrue();
    }
    assertThat(room.takenBytes()).isZero();
  }

  @Test
  void whoWantsTheLatestIsFoldedWhileItWaits() {
    crowd(latest(services("a")));
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).go("a/1", State.DEAD);
    writeAll();
    for (Reader reader : readers) {
      assertThat(reader.tape.told + reader.tape.folded).isEqualTo(3);
      assertThat(reader.tape.lines).contains("a/1 SILENCE DEAD");
    }
    assertThat(readers.get(READERS - 1).tape.lines)
        .as("there was no room for it")
        .containsExactly("a/1 SILENCE DEAD", "folded 2");
  }

  @Test
  void pastTheRingItStartsOverWhenThereIsRoom() {
    World small = new World(new WatchLimits(100, 2).withUnwrittenBytes(ROOM_BYTES));
    small.register("a/1");
    Room.Seat other = small.hub.room().seat();
    Tape tape = Tape.on(small, every(services("a")));
    small.settle();
    tape.lines();
    other.take(ROOM_BYTES);
    small.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).go("a/1", State.DEAD);
    small.settle();
    assertThat(tape.lines()).isEmpty();
    other.clear();
    small.settle();
    assertThat(tape.lines()).containsExactly("begin OVERFLOW skipped 3", "a/1 DEAD", "end 1");
  }

  /** They hold all the room and never read; the others are told all the same, one by one. */
  @Test
  void thoseWhoDoNotReadKeepNobodyWaiting() {
    crowd(every(services("a")));
    world.go("a/1", State.SUSPECT).settle();
    List<Reader> stopped = readers.subList(0, 10);
    List<Reader> others = readers.subList(10, READERS);
    assertThat(stopped).allMatch(reader -> reader.tape.told == 1);
    world.pass(990);
    assertThat(others).allMatch(reader -> reader.tape.told == 0);
    world.pass(1_020);
    assertThat(others).allMatch(reader -> reader.tape.told == 1);
    others.forEach(Reader::write);
    world.go("a/1", State.ALIVE).settle();
    assertThat(others).as("they were delayed once").allMatch(reader -> reader.tape.told == 2);
    assertThat(room.takenBytes()).isEqualTo(20 * Room.sizeOf(Reader.BYTES));
  }

  /** One message at a time, and each time that it is written there is news already. */
  @Test
  void whoReadsSlowlyComesToTheEndOfItsSnapshot() {
    world.register("a/1");
    Tape slow = new Tape();
    slow.afterEach(slow::stop);
    slow.join(world, latest(services("a")));
    for (int i = 0; i < 4; i++) {
      world.go("a/1", i % 2 == 0 ? State.SUSPECT : State.ALIVE);
      world.settle();
      slow.go();
      world.settle();
    }
    assertThat(slow.snapshots).isEqualTo(1);
    assertThat(slow.lines).contains("end 1");
  }

  @Test
  void newWatchesWaitForRoomAndBookmarksDoNot() {
    world.register("a/1");
    Tape tape = Tape.on(world, every(services("a")));
    world.settle();
    tape.lines();
    Room.Seat other = world.hub.room().seat();
    for (long passed = 0; passed <= Interests.BOOKMARK / 1_000_000; passed += 50) {
      other.clear();
      other.take(ROOM_BYTES); // somebody else's, again and again
      world.pass(50);
    }
    Tape late = Tape.on(world, every(services("a")));
    world.settle();
    assertThat(tape.lines()).containsExactly("bookmark current");
    assertThat(late.lines()).isEmpty();
    other.clear();
    world.pass(110);
    assertThat(late.lines()).containsExactly("begin INITIAL", "a/1 ALIVE", "end 1");
  }

  @Test
  void healthWaitsForNobodysRoom() {
    world.register("a/1");
    List<@Nullable Health> told = new ArrayList<>();
    HealthWatch watch =
        world.hub.watchHealth(
            "a",
            new HealthSubscriber() {
              @Override
              public boolean isReady() {
                return true;
              }

              @Override
              public void onHealth(@Nullable Health health) {
                told.add(health);
              }

              @Override
              public void onEnd(End why) {}
            });
    Room.Seat other = room.seat();
    other.take(ROOM_BYTES);
    world.go("a/1", State.DEAD).settle();
    assertThat(told).containsExactly(Health.SERVING, Health.NOT_SERVING);
    other.clear();
    watch.cancel();
  }

  @Test
  void aMessageIsTheSmallerTheMoreShareTheRoom() {
    Room large = new Room(64 << 20, 0);
    large.onWatchers(0);
    assertThat(large.messageBytes()).isEqualTo(Room.MAX_MESSAGE_BYTES);
    large.onWatchers(128);
    assertThat(large.messageBytes()).isEqualTo(512 << 10);
    large.onWatchers(20_000);
    assertThat(large.messageBytes()).isEqualTo(Room.MIN_MESSAGE_BYTES);
  }

  /** However many do not read: it goes on, and slowly. */
  @Test
  void whatNobodyReadsHasACeiling() {
    Room any = new Room(10_000, 0);
    long now = 0;
    int told = 0;
    for (int second = 0; second < 60; second++) {
      while (any.isOpen()) {
        any.seat().take(1_000);
        told++;
      }
      any.turn(now += Room.STALLED_NANOS);
    }
    long atOnce = 3 * 10_000 / Room.sizeOf(1_000);
    assertThat(told).isBetween((int) atOnce + 20, (int) atOnce + 40);
  }

  /** Takes and gives back in any order, over periods, with the clock wrapping. */
  @Test
  void whatIsGivenBackWasTaken() {
    Room any = new Room(1_000, Long.MAX_VALUE - Room.STALLED_NANOS);
    Room.Seat old = any.seat();
    Room.Seat young = any.seat();
    long now = Long.MAX_VALUE - Room.STALLED_NANOS;
    old.take(1_000);
    assertThat(any.isOpen()).isFalse();
    any.turn(now += Room.STALLED_NANOS);
    assertThat(any.isOpen()).isFalse();
    any.turn(now += Room.STALLED_NANOS);
    assertThat(any.isOpen()).as("what has waited for long does not count").isTrue();
    young.take(10);
    assertThat(any.isOpen()).isFalse();
    young.take(10);
    young.clear();
    young.clear();
    assertThat(any.isOpen()).isTrue();
    assertThat(any.takenBytes()).isEqualTo(Room.sizeOf(1_000));
    old.take(1);
    assertThat(any.isOpen()).as("it was told more past its room").isFalse();
    old.clear();
    assertThat(any.takenBytes()).isZero();
    assertThat(old.isEmpty()).isTrue();
  }

  private void crowd(Interest interest) {
    world.register("a/1");
    for (int i = 0; i < READERS; i++) {
      readers.add(new Reader(interest));
    }
    writeAll();
    readers.forEach(reader -> reader.tape.lines());
  }

  private void writeAll() {
    for (int i = 0; i < 2 * READERS; i++) {
      readers.forEach(Reader::write);
      world.settle();
    }
  }

  private Reader firstThatHolds() {
    return readers.stream().filter(reader -> !reader.tape.ready).findFirst().orElseThrow();
  }

  /** Holds each message until it is written. */
  private final class Reader {
    static final int BYTES = 1_000;

    final Tape tape = new Tape();
    private final Room.Seat seat = room.seat();

    Reader(Interest interest) {
      tape.afterEach(
          () -> {
            tape.stop();
            seat.take(BYTES);
          });
      tape.join(world, interest);
    }

    void write() {
      seat.clear();
      tape.go();
    }
  }
}
