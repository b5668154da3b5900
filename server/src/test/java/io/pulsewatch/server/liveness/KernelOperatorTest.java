package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelOperatorTest {
  private final List<Answer.Reply> replies = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "MAINTENANCE, SERVING, false",
    "NOT_SERVING, SERVING, false",
    "SERVING, SERVING, true",
    "SERVING, NOT_SERVING, true",
    ", SERVING, true",
    ", DEGRADED, true",
    ", STARTING, false",
    ", DRAINING, false",
    ", NOT_SERVING, false",
  })
  void serving(OperatorOverride.@Nullable Kind kind, Status status, boolean serving) {
    Rig rig = new Rig(0);
    ManualClient client = rig.client();
    client.status = status;
    client.register();
    rig.turn();
    if (kind != null) {
      set(rig, Rig.KEY, new OperatorOverride(kind, "", OperatorOverride.NEVER));
      rig.assertLast(State.ALIVE, Cause.OVERRIDE);
    }
    assertThat(rig.last().after().status()).isEqualTo(status);
    assertThat(rig.last().after().serving()).isEqualTo(serving);
    rig.run(5 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    assertThat(rig.last().after().serving()).as("no override lifts the state").isFalse();
  }

  @Origins
  void setReplaceAndClear(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    set(rig, Rig.KEY, maintenance(OperatorOverride.NEVER));
    assertThat(done().override()).isEqualTo(maintenance(OperatorOverride.NEVER));
    assertThat(done().revision()).as("as committed").isEqualTo(rig.last().revision());
    set(rig, Rig.KEY, maintenance(rig.wallMillis() + 500));
    rig.assertLast(State.ALIVE, Cause.OVERRIDE);
    set(rig, Rig.KEY, null);
    rig.assertLast(State.ALIVE, Cause.OVERRIDE);
    assertThat(done().override()).isNull();
    int before = rig.changes.size();
    set(rig, Rig.KEY, null);
    rig.run(SECOND);
    assertThat(rig.changes).as("nothing to clear, and nothing left to expire").hasSize(before);
    assertThat(replies).hasSize(4);
  }

  @Test
  void expiresByWallTime() {
    Rig rig = new Rig(0);
    rig.registered();
    set(rig, Rig.KEY, maintenance(rig.wallMillis() + 100));
    rig.run(99 * Rig.MS);
    rig.assertLast(State.ALIVE, Cause.OVERRIDE);
    rig.run(Rig.MS);
    rig.assertLast(State.ALIVE, Cause.OVERRIDE_EXPIRED);
    assertThat(rig.last().after().override()).isNull();
    assertThat(rig.changes).hasSize(3);
  }

  @Test
  void aLaterOverrideHasItsOwnExpiry() {
    Rig rig = new Rig(0);
    rig.registered();
    set(rig, Rig.KEY, maintenance(rig.wallMillis() + 100));
    set(rig, Rig.KEY, maintenance(rig.wallMillis() + 300));
    rig.run(299 * Rig.MS);
    assertThat(rig.changes).hasSize(3);
    rig.run(Rig.MS);
    rig.assertLast(State.ALIVE, Cause.OVERRIDE_EXPIRED);
  }

  @Origins
  void outlivesTheIncarnation(long origin) {
    Rig rig = new Rig(origin);
    ManualClient first = rig.registered();
    set(rig, Rig.KEY, maintenance(OperatorOverride.NEVER));
    first.end(News.End.LEFT);
    rig.turn();
    assertThat(rig.last().after().override()).isNotNull();
    ManualClient second = rig.registered();
    assertThat(second.incarnation()).isGreaterThan(first.incarnation());
    assertThat(second.granted().entry().override()).isEqualTo(maintenance(OperatorOverride.NEVER));
  }

  /** Keyed by name: it is there when the name comes back, even after retention or a removal. */
  @Test
  void outlivesTheEntry() {
    Rig rig = new Rig(0);
    ManualClient first = rig.registered();
    set(rig, Rig.KEY, maintenance(rig.wallMillis() + 60_000));
    first.end(News.End.LEFT);
    rig.turn();
    remove(rig, Rig.KEY);
    assertThat(rig.registered().granted().entry().override()).isNotNull();
  }

  @Test
  void anExpiryWithoutAnEntryIsNoChange() {
    Rig rig = new Rig(0);
    ManualClient first = rig.registered();
    set(rig, Rig.KEY, maintenance(rig.wallMillis() + 1_000));
    first.end(News.End.LEFT);
    rig.turn();
    remove(rig, Rig.KEY);
    int before = rig.changes.size();
    rig.run(2 * SECOND);
    assertThat(rig.changes).hasSize(before);
    assertThat(rig.registered().granted().entry().override()).isNull();
  }

  /** What is left of an instance that is gone can be cleared, and makes room. */
  @Test
  void isClearedAfterTheEntryIsGone() {
    Rig rig = new Rig(0);
    ManualClient first = rig.registered();
    set(rig, Rig.KEY, maintenance(OperatorOverride.NEVER));
    first.end(News.End.LEFT);
    rig.turn();
    remove(rig, Rig.KEY);
    set(rig, Rig.KEY, null);
    assertThat(replies.get(replies.size() - 1)).isEqualTo(new Answer.Cleared());
    set(rig, Rig.KEY, null);
    assertThat(replies.get(replies.size() - 1)).as("twice").isEqualTo(unknown());
    assertThat(rig.registered().granted().entry().override()).isNull();
  }

  @Test
  void whomNobodyKnows() {
    Rig rig = new Rig(0);
    set(rig, Rig.KEY, maintenance(OperatorOverride.NEVER));
    remove(rig, Rig.KEY);
    assertThat(replies).containsExactly(unknown(), unknown());
    assertThat(rig.changes).isEmpty();
  }

  @Test
  void overridesAreLimited() {
    Settings limits = new Settings(100, 2, 100, 100, 100, 3_600_000, 100, 0);
    Rig rig = new Rig(0, limits);
    for (String id : List.of("a", "b", "c")) {
      rig.client(rig.first, new InstanceKey("orders", id)).register();
    }
    rig.turn();
    set(rig, new InstanceKey("orders", "a"), maintenance(OperatorOverride.NEVER));
    set(rig, new InstanceKey("orders", "b"), maintenance(OperatorOverride.NEVER));
    set(rig, new InstanceKey("orders", "c"), maintenance(OperatorOverride.NEVER));
    assertThat(replies.get(2))
        .isEqualTo(
            new Answer.Refused(
                Answer.Refusal.LIMIT_OVERRIDES, new InstanceKey("orders", "c"), 1_000_000_000));
    set(rig, new InstanceKey("orders", "b"), maintenance(5));
    assertThat(replies.get(3)).as("one that replaces is none more").isInstanceOf(Answer.Done.class);
  }

  @Test
  void expiriesAreBoundedPerTurn() {
    Settings limits = new Settings(100, 100, 100, 3, 100, 3_600_000, 100, 0);
    Rig rig = new Rig(0, limits);
    for (int i = 0; i < 7; i++) {
      InstanceKey key = new InstanceKey("orders", "i" + i);
      rig.client(rig.first, key).register();
      rig.turn();
      set(rig, key, maintenance(rig.wallMillis() + 100));
    }
    int before = rig.changes.size();
    rig.pass(100 * Rig.MS);
    rig.turn();
    assertThat(rig.changes).hasSize(before + 3);
    rig.turn();
    rig.turn();
    assertThat(rig.changes).hasSize(before + 7);
  }

  @Origins
  void onlyTheEndedAreRemoved(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    remove(rig, Rig.KEY);
    assertThat(replies).containsExactly(new Answer.Refused(Answer.Refusal.STILL_LIVE, Rig.KEY, 0));
    client.end(News.End.LEFT);
    rig.turn();
    remove(rig, Rig.KEY);
    rig.assertLast(State.LEFT, Cause.REMOVED);
    assertThat(done().state()).isEqualTo(State.LEFT);
    remove(rig, Rig.KEY);
    assertThat(replies.get(2)).isEqualTo(unknown());
    rig.registered();
    assertThat(rig.last().previous()).as("nothing is left of it").isNull();
  }

  private void set(Rig rig, InstanceKey key, @Nullable OperatorOverride override) {
    rig.offer(new Command.SetOverride(replies::add, key, override));
    rig.turn();
  }

  private void remove(Rig rig, InstanceKey key) {
    rig.offer(new Command.Remove(replies::add, key));
    rig.turn();
  }

  private Entry done() {
    return ((Answer.Done) replies.get(replies.size() - 1)).entry();
  }

  private static OperatorOverride maintenance(long expiresAtMillis) {
    return new OperatorOverride(OperatorOverride.Kind.MAINTENANCE, "upgrade", expiresAtMillis);
  }

  private static Answer.Refused unknown() {
    return new Answer.Refused(Answer.Refusal.UNKNOWN_INSTANCE, Rig.KEY, 0);
  }
}
