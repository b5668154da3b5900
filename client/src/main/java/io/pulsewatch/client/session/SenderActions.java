package io.pulsewatch.client.session;

import java.util.List;

/**
 * What a {@link SenderMachine} wants done. Each call is an effect to carry out in the order given;
 * none may call the machine back.
 *
 * <p>An interface rather than a list of values: without pattern matching in {@code switch} (Java
 * 21) only an interface makes the compiler ask for every effect.
 */
public interface SenderActions {

  /** Open a stream. The number stands for it from now on. */
  void connect(long attempt, String address);

  /** Send the register; an empty token asks for a new incarnation. */
  void sendRegister(long attempt, String sessionToken);

  /**
   * Send one heartbeat, with what is new to say, and tokens of roles that are given up with it.
   * Returns the pause that it announces, in nanoseconds; 0: none.
   */
  long sendHeartbeat(
      long attempt, long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased);

  /** Say goodbye, and half-close. */
  void sendLeave(long attempt);

  /** Cancel the stream where it is open, and give up its connection. */
  void abandon(long attempt);

  /** Remember what is granted now, to a new incarnation or to the same one. */
  void keepGrant(Grant grant);

  /** A new incarnation began. */
  void tellRegistered(Grant grant);

  /** The incarnation is not to be believed in any more. */
  void tellExpired();

  /** The same incarnation is to be believed in again. */
  void tellRestored();

  /** Stopped: another owns the name. */
  void tellSuperseded(StreamEnd end);

  /** Stopped: refused for good. */
  void tellFailed(StreamEnd end);

  /** Comes back after a wait. */
  void tellDisconnected(StreamEnd end, long retryInNanos);
}
