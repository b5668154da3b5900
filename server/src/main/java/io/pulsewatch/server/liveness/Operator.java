package io.pulsewatch.server.liveness;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What operators say: overrides with their expiry, and the removal of ended entries. Overrides are
 * kept by name, so they outlive incarnations. Their expiry is wall time.
 *
 * <p>Confined to the loop.
 */
final class Operator {
  /** For what is over a limit now and may not be later. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Registry registry;
  private final PriorityQueue<Expiry> expiries =
      new PriorityQueue<>(Comparator.comparingLong(Expiry::atMillis));

  private record Expiry(long atMillis, InstanceKey key, OperatorOverride override) {}

  Operator(Registry registry) {
    this.registry = registry;
  }

  void onSet(Command.SetOverride ask, Moment now) {
    Session session = registry.find(ask.key());
    OperatorOverride next = ask.override();
    if (session == null) {
      if (next == null && registry.overrides.containsKey(ask.key())) {
        put(ask.key(), null); // what was left of an instance that is gone
        Answer cleared = new Answer(ask.caller(), new Answer.Cleared());
        registry.outbox.note(new Note.Lifted(ask.key(), List.of(cleared)));
      } else {
        refuse(ask, Answer.Refusal.UNKNOWN_INSTANCE);
      }
      return;
    }
    boolean more = next != null && !registry.overrides.containsKey(ask.key());
    if (more && registry.overrides.size() >= registry.settings.maxOverrides()) {
      refuse(ask, Answer.Refusal.LIMIT_OVERRIDES, RETRY_NANOS);
      return;
    }
    Answer done = new Answer(ask.caller(), new Answer.Done(session.entry));
    if (next == null && session.entry.override() == null) {
      Entry known = session.entry.at(session.revision);
      registry.outbox.answer(new Answer(ask.caller(), new Answer.Done(known)));
      return;
    }
    put(ask.key(), next);
    Entry after = session.entry.overriddenBy(next);
    registry.change(session, after, Cause.OVERRIDE, Evidence.NONE, List.of(done), now);
  }

  void onRemove(Command.Remove ask, Moment now) {
    Session session = registry.find(ask.key());
    if (session == null) {
      refuse(ask, Answer.Refusal.UNKNOWN_INSTANCE);
    } else if (session.isLive()) {
      refuse(ask, Answer.Refusal.STILL_LIVE);
    } else {
      Answer done = new Answer(ask.caller(), new Answer.Done(session.entry));
      registry.remove(session, List.of(done), now);
    }
  }

  /** What operators said to an earlier process. */
  void recall(Map<InstanceKey, OperatorOverride> overrides) {
    overrides.forEach(this::put);
  }

  /** Ends overrides whose time is up, within the limit of a turn. Returns how many. */
  int turn(Moment now) {
    int work = 0;
    while (work < registry.settings.maxExpiriesPerTurn()
        && !expiries.isEmpty()
        && expiries.peek().atMillis() <= now.wallMillis()) {
      Expiry due = expiries.remove();
      work++;
      if (due.override().equals(registry.overrides.get(due.key()))) {
        registry.overrides.remove(due.key());
        expire(due.key(), now);
      }
    }
    return work;
  }

  private void expire(InstanceKey key, Moment now) {
    Session session = registry.find(key);
    if (session != null) {
      Entry after = session.entry.overriddenBy(null);
      registry.change(session, after, Cause.OVERRIDE_EXPIRED, Evidence.NONE, List.of(), now);
    } else {
      registry.outbox.note(new Note.Lifted(key, List.of()));
    }
  }

  private void put(InstanceKey key, @Nullable OperatorOverride next) {
    OperatorOverride old =
        next == null ? registry.overrides.remove(key) : registry.overrides.put(key, next);
    if (old != null && old.expiresAtMillis() != OperatorOverride.NEVER) {
      expiries.remove(new Expiry(old.expiresAtMillis(), key, old));
    }
    if (next != null && next.expiresAtMillis() != OperatorOverride.NEVER) {
      expiries.add(new Expiry(next.expiresAtMillis(), key, next));
    }
  }

  private void refuse(Command ask, Answer.Refusal why) {
    refuse(ask, why, 0);
  }

  private void refuse(Command ask, Answer.Refusal why, long retryNanos) {
    registry.outbox.answer(
        new Answer(ask.caller(), new Answer.Refused(why, ask.key(), retryNanos)));
  }
}
