package io.pulsewatch.server.probe;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.SomeVitals;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Changes of instances of `orders`, with default times. Confined to the test's thread. */
final class Suspects {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, State> states = new HashMap<>();
  private long revision;
  private long wallMillis = 1_000;

  void elapse(long millis) {
    wallMillis += millis;
  }

  /** Heard for the last time 2 s before DEAD is due. */
  Change change(String id, State state, Cause cause, Details.Endpoint... endpoints) {
    Times times = Times.grant(Times.UNSET, Times.UNSET, Times.UNSET);
    return change(id, state, cause, endpoints, times, times.timeoutNanos() - 2 * SECOND);
  }

  /** Its stream was lost a second after it was heard. */
  Change lost(String id, Details.Endpoint endpoint, long resumeWindow) {
    Times times = Times.grant(SECOND / 10, 6 * SECOND, resumeWindow);
    Details.Endpoint[] endpoints = {endpoint};
    return change(id, State.SUSPECT, Cause.STREAM_LOST, endpoints, times, SECOND);
  }

  private Change change(
      String id,
      State state,
      Cause cause,
      Details.Endpoint[] endpoints,
      Times times,
      long silenceNanos) {
    State before = states.put(id, state);
    Change.@Nullable Previous previous =
        before == null ? null : new Change.Previous(before, Status.SERVING, Map.of());
    Entry entry =
        new Entry(
            new InstanceKey("orders", id),
            7,
            ++revision,
            state,
            Status.SERVING,
            null,
            new Details(List.of(endpoints), Map.of(), "", 0, ""),
            times,
            wallMillis,
            SomeVitals.heardAt(0));
    Evidence evidence = new Evidence(silenceNanos, 0, 0, 0, 0, 0, 0, "", "", 0, 0);
    return new Change(revision, wallMillis, entry, previous, cause, evidence, false);
  }
}
