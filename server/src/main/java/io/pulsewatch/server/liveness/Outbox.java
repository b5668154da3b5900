package io.pulsewatch.server.liveness;

/** Where the kernel puts what it decided. Called on the loop, within a turn. */
public interface Outbox {
  /** A change for the ledger; its answers wait for the commit. */
  void propose(Draft draft);

  /** To be kept; its answers wait for that, and the kernel is told of it. */
  void note(Note note);

  /** By how much times are stretched, to be kept; the kernel is told of it when it is. */
  void keep(Stretched stretched);

  /** True while nobody can be registered, since nothing that is promised would last. */
  boolean isAway();

  /** An answer that depends on nothing. */
  void answer(Answer answer);

  /** Somebody who was declared dead was heard again; once for each verdict that proved false. */
  void onFalseVerdict(Cause verdict);

  /** The next incarnation; greater than any that was ever given. */
  long nextIncarnation();
}
