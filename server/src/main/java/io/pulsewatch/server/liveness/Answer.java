package io.pulsewatch.server.liveness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something to be told to one caller, after what it depends on is committed. */
public record Answer(Caller to, Reply reply) {

  /** True if one of them gives a session away. */
  static boolean grants(List<Answer> answers) {
    return answers.stream().anyMatch(answer -> answer.reply() instanceof Granted);
  }

  /** Who asked: a stream, or one unary call. Thread-safe; returns at once. */
  public interface Caller {
    void reply(Reply reply);
  }

  /** What can be told. */
  public sealed interface Reply {}

  /**
   * Registered or resumed.
   *
   * @param tokenKept the client's own token stays valid; else the one that it offered is
   * @param stretchPercent what is granted is so much of the entry's times
   */
  public record Granted(
      Entry entry, boolean resumed, boolean tokenKept, long lastSequence, int stretchPercent)
      implements Reply {
    /** The times to live by. */
    public Times times() {
      return entry.times().stretched(stretchPercent);
    }

    /** The same with the announced pause: what the client's fence counts. */
    public Times timesInForce() {
      return times().holding(entry.hold().nanos());
    }
  }

  /**
   * Heard, and this is what is thought of it.
   *
   * @param granted before they were stretched
   * @param stretchPercent the times in force are so much of those
   * @param holdNanos the announced pause; 0: none
   * @param roles what it was told to hold, where no stream knows
   */
  public record Heard(
      long sequence,
      long sentNanos,
      State state,
      Status status,
      Times granted,
      int stretchPercent,
      long holdNanos,
      List<HeldRole> roles)
      implements Reply {
    public Heard {
      roles = List.copyOf(roles);
    }

    /** On a stream, whose pulse knows the roles. */
    public Heard(
        long sequence,
        long sentNanos,
        State state,
        Status status,
        Times granted,
        int stretchPercent,
        long holdNanos) {
      this(sequence, sentNanos, state, status, granted, stretchPercent, holdNanos, List.of());
    }

    /** What the client's fence counts. */
    public Times times() {
      return granted.stretched(stretchPercent).holding(holdNanos);
    }
  }

  /** Unasked: what is thought of it now. It answers no heartbeat, so it renews no fence. */
  public record Told(long sequence, State state, Status status) implements Reply {}

  /**
   * Asked: it is suspected, and its stream is open; whatever it says to this proves that it lives.
   */
  public record Asked(Suspicion suspicion, long withinNanos) implements Reply {}

  /** Done: the entry after an operator's command, or the last one of a removed name. */
  public record Done(Entry entry) implements Reply {}

  /** Cleared: the override of a name that has no entry any more. */
  public record Cleared() implements Reply {}

  /** The goodbye is committed; a stream completes. */
  public record Farewell() implements Reply {}

  /** Refused; a unary call fails with it, a stream ends with it. */
  public record Refused(Refusal refusal, InstanceKey key, long retryNanos) implements Reply {}

  /**
   * A role is not handed over.
   *
   * @param to for whom it was asked; null: for whoever is next
   */
  public record RoleRefused(RoleRefusal refusal, String role, @Nullable InstanceKey to)
      implements Reply {}

  /** Why a role is not handed over. */
  public enum RoleRefusal {
    UNKNOWN,
    NOT_HELD,
    NOBODY_ELIGIBLE
  }

  /** Why the kernel refuses. Transport gives each its code, reason and remedy. */
  public enum Refusal {
    HOLDER_ALIVE,
    SESSION_OVER,
    UNKNOWN_INSTANCE,
    SUPERSEDED,
    STREAM_REPLACED,
    STILL_LIVE,
    LIMIT_INSTANCES,
    LIMIT_OVERRIDES,
    LIMIT_ROLES,
    LEDGER_AWAY
  }
}
