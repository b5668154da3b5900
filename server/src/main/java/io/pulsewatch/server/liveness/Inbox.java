package io.pulsewatch.server.liveness;

/** Where the kernel finds what arrived. */
public interface Inbox {
  /**
   * Hands over what has arrived, in order.
   *
   * @param limit at the most so many
   * @return how many
   */
  int drain(Sink sink, int limit);

  /**
   * True while anything waits that may be a sign of this instance's life: a register, a beat, a
   * request that was put off. What its stream posted is not told here.
   */
  boolean names(InstanceKey key);

  /** How many letters were posted so far: at least all whose posting is over. */
  long posted();

  /** True once so many letters were handed over: all that were posted when it was asked. */
  boolean isDrained(long posted);

  /**
   * How long those who come back have queued at our door, once a turn: the register that waits
   * longest, or all of them as one queue that never got short. 0 where nobody does.
   */
  default long longestWaitNanos(long nowNanos) {
    return 0;
  }

  /** Takes what arrived. */
  interface Sink {
    void onRegister(Command.Register ask);

    void onBeat(Command.Beat beat);

    void onLeave(Command.Leave ask);

    void onSetOverride(Command.SetOverride ask);

    void onRemove(Command.Remove ask);

    void onHandOver(Command.HandOver ask);

    void onProbed(Command.Probed told);

    void onPutOff(PutOff putOff);

    void onNews(Pulse pulse);
  }
}
