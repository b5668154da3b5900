package io.pulsewatch.server.ledger;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.Hold;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.KeptProgress;
import io.pulsewatch.server.liveness.Memory;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import io.pulsewatch.server.liveness.Vitals;
import java.util.List;
import java.util.Map;

/** Drafts for ledgers, every part of them filled. Stateless. */
public final class Drafts {
  public static final long WALL_MILLIS = 1_790_000_000_000L;
  public static final Moment START = new Moment(0, WALL_MILLIS);

  private static final long SECOND = 1_000_000_000;

  private Drafts() {}

  static InstanceKey key(String id) {
    return new InstanceKey("orders", id);
  }

  public static Draft registered(String id, long incarnation) {
    return draft(id, incarnation, State.ALIVE, Cause.REGISTERED, true);
  }

  /** Registered, with the detector that most have: others keep thousands of samples each. */
  public static Draft usual(String id, long incarnation) {
    Draft draft = registered(id, incarnation);
    Memory memory = draft.memory();
    return new Draft(
        draft.atMillis(),
        draft.after(),
        null,
        Cause.REGISTERED,
        draft.evidence(),
        new Memory(
            memory.token(),
            memory.processId(),
            memory.byBeat(),
            DetectorChoice.DEFAULT,
            memory.reported(),
            memory.lastSequence(),
            memory.heardMillis(),
            List.of(),
            KeptProgress.NONE),
        true,
        List.<Answer>of());
  }

  public static Draft dead(String id, long incarnation) {
    return draft(id, incarnation, State.DEAD, Cause.SILENCE, false);
  }

  static Draft dead(InstanceKey key, long incarnation) {
    return draft(key, incarnation, State.DEAD, Cause.SILENCE, false);
  }

  static Draft draft(String id, long incarnation, State state, Cause cause, boolean binding) {
    return draft(key(id), incarnation, state, cause, binding);
  }

  private static Draft draft(
      InstanceKey key, long incarnation, State state, Cause cause, boolean binding) {
    return new Draft(
        WALL_MILLIS,
        entry(key, incarnation, state),
        new Change.Previous(State.SUSPECT, Status.DEGRADED, Map.of("tier", "silver")),
        cause,
        evidence(),
        memory(incarnation),
        binding,
        List.<Answer>of());
  }

  static Draft left(String id, long incarnation, String reason) {
    return new Draft(
        WALL_MILLIS,
        entry(id, incarnation, State.LEFT),
        null,
        Cause.LEAVE,
        new Evidence(1, 2, 3, 4, 5, 6, 0.75, "", reason, 7, 8, List.of()),
        memory(incarnation),
        false,
        List.<Answer>of());
  }

  static Entry entry(String id, long incarnation, State state) {
    return entry(key(id), incarnation, state);
  }

  private static Entry entry(InstanceKey key, long incarnation, State state) {
    return new Entry(
        key,
        incarnation,
        0,
        state,
        Status.SERVING,
        new OperatorOverride(
            OperatorOverride.Kind.MAINTENANCE, "disk swap", OperatorOverride.NEVER),
        new Details(
            List.of(new Details.Endpoint("grpc", "10.0.0.1", 8443)),
            Map.of("tier", "gold", "zone", "a"),
            "eu-1",
            7,
            "1.2.3",
            List.of("reader", "writer")),
        new Times(2 * SECOND, 6 * SECOND, 5 * SECOND),
        WALL_MILLIS - 1,
        Vitals.still(41, WALL_MILLIS - 2_000, START),
        new Hold(30 * SECOND, WALL_MILLIS + 30_000),
        true,
        List.of(new HeldRole("writer", 77, WALL_MILLIS - 9)));
  }

  static Memory memory(long incarnation) {
    return new Memory(
        new Token(incarnation, 11, 12),
        "a-process",
        true,
        new DetectorChoice.Adaptive(
            DetectorChoice.Kind.PHI_LOGISTIC, DetectorChoice.Profile.WAN, 9.5),
        Status.DEGRADED,
        41,
        WALL_MILLIS - 2_000,
        List.of(WALL_MILLIS - 9_000, WALL_MILLIS - 8_000),
        new KeptProgress(
            List.of(new Progress.Rule("orders", 6 * SECOND), new Progress.Rule("mails", SECOND)),
            2,
            Map.of("mails", -7L)));
  }

  static Evidence evidence() {
    return new Evidence(
        1,
        2,
        3,
        4,
        5,
        6,
        0.75,
        "reset by peer",
        "bye",
        7,
        8,
        List.of(
            new Probe("server", new Details.Endpoint("http", "h", 80), Probe.Outcome.REACHABLE, 9),
            new Probe("orders/a", null, Probe.Outcome.PROVEN, 10)));
  }
}
