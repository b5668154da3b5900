package io.pulsewatch.server.liveness;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What somebody asks of the kernel, already validated and translated. */
public sealed interface Command {
  /** Who waits for the answer. */
  Answer.Caller caller();

  /** Whom it is about. */
  InstanceKey key();

  /** True where it may renew the session of its name: no verdict on that is given before it. */
  default boolean isSignOfLife() {
    return false;
  }

  /** Hands itself to the part that decides it. */
  void deliver(Inbox.Sink sink);

  /**
   * Register or resume, by the first message of a stream or by a unary beat.
   *
   * @param pulse of the new stream; for a beat, of nothing that can be lost
   * @param processId random for each process; empty matches nothing
   * @param presented the token to resume with, if any
   * @param offered the token that the caller will be given unless it keeps its own
   * @param times what would be granted
   * @param heartbeat of a unary beat; null for a stream
   * @param network from which it came, as far as the transport knows; else empty
   * @param readNanos when its event loop read it
   */
  record Register(
      Answer.Caller caller,
      InstanceKey key,
      Pulse pulse,
      String processId,
      @Nullable Token presented,
      Token offered,
      boolean takeOver,
      Details details,
      Times times,
      Status status,
      @Nullable News heartbeat,
      String network,
      long readNanos)
      implements Command {
    @Override
    public boolean isSignOfLife() {
      return true;
    }

    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onRegister(this);
    }
  }

  /**
   * A unary beat with a token and without `register`: renews, reports, or leaves.
   *
   * @param progress counters that it brings; those that come with a register are in its pulse
   */
  record Beat(
      Answer.Caller caller, InstanceKey key, Token presented, News news, Map<String, Long> progress)
      implements Command {
    /** A beat without counters. */
    public Beat(Answer.Caller caller, InstanceKey key, Token presented, News news) {
      this(caller, key, presented, news, Map.of());
    }

    @Override
    public boolean isSignOfLife() {
      return true;
    }

    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onBeat(this);
    }

    boolean leaves() {
      return news.ending() != null;
    }
  }

  /**
   * A goodbye by a unary call, whatever stream the session has.
   *
   * @param drains it reports DRAINING and lives on; else it is LEFT
   */
  record Leave(
      Answer.Caller caller, InstanceKey key, Token presented, boolean drains, String reason)
      implements Command {
    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onLeave(this);
    }
  }

  /** Set an override, or clear it with null. */
  record SetOverride(Answer.Caller caller, InstanceKey key, @Nullable OperatorOverride override)
      implements Command {
    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onSetOverride(this);
    }
  }

  /**
   * What came of asking about a suspect. Nobody waits for an answer.
   *
   * @param answer its own answer on its own stream; null from everybody else
   */
  record Probed(Suspicion suspicion, Probe probe, @Nullable OwnAnswer answer) implements Command {
    private static final Answer.Caller NOBODY = reply -> {};

    @Override
    public Answer.Caller caller() {
      return NOBODY;
    }

    @Override
    public InstanceKey key() {
      return suspicion.key();
    }

    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onProbed(this);
    }
  }

  /**
   * A suspect's own answer.
   *
   * @param pulse of the stream that it came on
   * @param gapNanos the silence that it ended
   */
  record OwnAnswer(Pulse pulse, long gapNanos) {}

  /**
   * Take a role from its holder, for another one.
   *
   * @param to for whom; null: for whoever is next
   * @param reason for people
   */
  record HandOver(Answer.Caller caller, String role, @Nullable InstanceKey to, String reason)
      implements Command {
    /** No instance: whoever holds it. */
    @Override
    public InstanceKey key() {
      return new InstanceKey("", role);
    }

    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onHandOver(this);
    }
  }

  /** Drop an ended entry ahead of its retention. */
  record Remove(Answer.Caller caller, InstanceKey key) implements Command {
    @Override
    public void deliver(Inbox.Sink sink) {
      sink.onRemove(this);
    }
  }
}
