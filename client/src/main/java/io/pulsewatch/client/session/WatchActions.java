package io.pulsewatch.client.session;

/** What a {@link WatchMachine} wants done; as {@link SenderActions}. */
public interface WatchActions {

  /** Open a watch that goes on from the token, or begins where it is empty. */
  void connect(long attempt, String address, String resumeToken);

  /** Cancel the stream where it is open, and give up its connection. */
  void abandon(long attempt);

  /** Comes back after a wait. */
  void tellDisconnected(StreamEnd end, long retryInNanos);

  /** Stopped: refused for good. */
  void tellFailed(StreamEnd end);
}
