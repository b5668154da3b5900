package io.pulsewatch.server.probe;

import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.transport.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The clients that look at others when they are asked to, and how often each has been asked.
 *
 * <p>Confined to the fan-out thread.
 */
final class Peers {
  /** Looks for each peer that is wanted: enough where most may be asked, bounded where none may. */
  private static final int LOOKS = 4;

  private final int max;
  private final RandomGenerator chance;
  private final List<Seat> seats = new ArrayList<>();
  private final Map<Peer, Seat> seatOf = new HashMap<>();

  private static final class Seat {
    private final Peer peer;
    private final Pace pace;
    private int index;

    Seat(Peer peer, Pace pace, int index) {
      this.peer = peer;
      this.pace = pace;
      this.index = index;
    }
  }

  Peers(int max, RandomGenerator chance) {
    this.max = max;
    this.chance = chance;
  }

  int size() {
    return seats.size();
  }

  void add(Peer peer, long nowNanos) {
    if (seats.size() < max && !seatOf.containsKey(peer)) {
      Seat seat = new Seat(peer, new Pace(ProbeLimits.PER_PEER_PER_SECOND, nowNanos), seats.size());
      seats.add(seat);
      seatOf.put(peer, seat);
    }
  }

  void remove(Peer peer) {
    Seat seat = seatOf.remove(peer);
    if (seat != null) {
      Seat last = seats.remove(seats.size() - 1);
      if (last != seat) {
        last.index = seat.index;
        seats.set(seat.index, last);
      }
    }
  }

  /** Some that may be asked now, at random, and none of the suspect's name. */
  List<Peer> pick(InstanceKey suspect, int wanted, long nowNanos) {
    List<Peer> picked = new ArrayList<>(wanted);
    for (int look = 0;
        look < wanted * LOOKS && picked.size() < wanted && !seats.isEmpty();
        look++) {
      Seat seat = seats.get(chance.nextInt(seats.size()));
      boolean other = !seat.peer.key().equals(suspect) && !picked.contains(seat.peer);
      if (other && seat.pace.take(nowNanos)) {
        picked.add(seat.peer);
      }
    }
    return picked;
  }
}
