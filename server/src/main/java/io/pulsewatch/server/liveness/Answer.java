package io.pulsewatch.server.liveness;

import java.util.List;

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
   */
  public record Granted(Entry entry, boolean resumed, boolean tokenKept, long lastSequence)
      implements Reply {}

  /** Heard, and this is what is thought of it. */
  public record Heard(long sequence, long sentNanos, State state, Status status, Times times)
      implements Reply {}

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
    LEDGER_AWAY
  }
}
