package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Instances that stand for one role, and beat each second. Confined to the test. */
final class RoleRig {
  static final Settings DURABLE = new Settings(1_000, 100, 512, 512, 100, 3_600_000, 100, 0);
  static final long TIMEOUT = Rig.TIMES.timeoutNanos();
  static final String ROLE = "writer";

  final Rig rig;

  /** Who does so. */
  final List<ManualClient> beating = new ArrayList<>();

  RoleRig(long origin, Settings settings) {
    rig = new Rig(origin, settings);
  }

  /** One that forgets at each start. */
  RoleRig(long origin) {
    rig = new Rig(origin);
  }

  ManualClient client(String id, int weight) {
    ManualClient client = rig.client(rig.first, new InstanceKey("orders", id));
    client.processId = id;
    client.weight = weight;
    client.roles = List.of(ROLE);
    return client;
  }

  ManualClient stands(String id, int weight) {
    ManualClient client = client(id, weight);
    register(client);
    return client;
  }

  void register(ManualClient client) {
    client.register();
    rig.turn();
    beating.remove(client);
    beating.add(client);
  }

  void leave(ManualClient client) {
    beating.remove(client);
    client.end(News.End.LEFT);
    rig.turn();
  }

  void lose(ManualClient client) {
    beating.remove(client);
    client.end(News.End.LOST);
    rig.turn();
  }

  Answer.Reply handOver(ManualClient asks, @Nullable InstanceKey to) {
    List<Answer.Reply> replies = new ArrayList<>();
    rig.offer(new Command.HandOver(replies::add, ROLE, to, "test"));
    rig.turn();
    assertThat(asks.key).isNotNull();
    return replies.get(0);
  }

  /** Everybody who beats does so each second. */
  void run(long nanos) {
    long end = rig.nanos() + nanos;
    while (rig.nanos() - end < 0) {
      beating.forEach(client -> client.heartbeat(0, null));
      rig.run(Math.min(SECOND, end - rig.nanos()));
    }
  }

  /** By which it holds the role, as it was told; 0: it does not. */
  static long token(ManualClient client) {
    return client.pulse.roles().stream()
        .filter(held -> held.name().equals(ROLE))
        .mapToLong(HeldRole::token)
        .findAny()
        .orElse(0);
  }

  Entry last(ManualClient client) {
    Entry last = null;
    for (Change change : rig.changes) {
      last = change.key().equals(client.key) ? change.after() : last;
    }
    assertThat(last).isNotNull();
    return Objects.requireNonNull(last);
  }

  State stateOf(ManualClient client) {
    return last(client).state();
  }
}
