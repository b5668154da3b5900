package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.Released;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The roles that one process believes to hold: what was listed last, while its fence runs. */
final class ClientRoles {
  private final SimulatedWorld world;
  private final SimulatedClient client;
  private final Map<String, Long> listed = new HashMap<>();
  private final Set<Long> givenUp = new HashSet<>();
  private final Set<Long> toRelease = new HashSet<>();

  ClientRoles(SimulatedWorld world, SimulatedClient client) {
    this.world = world;
    this.client = client;
  }

  /** An ack, or a grant, lists all that it holds. After its fence is renewed. */
  void onListed(List<HeldRole> all) {
    Map<String, Long> now = new HashMap<>();
    for (HeldRole held : all) {
      if (!givenUp.contains(held.token())) {
        now.put(held.name(), held.token());
      }
    }
    listed.forEach(
        (role, token) -> {
          if (!token.equals(now.get(role))) {
            stop(role, token);
          }
        });
    listed.clear();
    listed.putAll(now);
    listed.forEach((role, token) -> world.oracle().roles().onListed(client, role, token));
  }

  /** What was taken away it gives back, mostly; its work is stopped. */
  private void stop(String role, long token) {
    world.oracle().roles().onStopped(client, role);
    givenUp.add(token);
    if (world.roleRandom().nextInt(4) != 0) {
      toRelease.add(token);
    }
  }

  /** It wants to hold none any more. */
  void stepDown() {
    Map<String, Long> held = Map.copyOf(listed);
    listed.clear();
    held.forEach(
        (role, token) -> {
          world.oracle().roles().onStopped(client, role);
          givenUp.add(token);
          toRelease.add(token);
        });
  }

  /** What its next heartbeat says. */
  @Nullable Released takeReleased() {
    if (toRelease.isEmpty()) {
      return null;
    }
    Released released = new Released(toRelease, Set.of());
    toRelease.clear();
    return released;
  }
}
