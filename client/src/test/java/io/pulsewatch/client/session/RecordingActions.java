package io.pulsewatch.client.session;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a sender's machine wants done. Confined to its test. */
final class RecordingActions implements SenderActions {
  private final List<String> log = new ArrayList<>();
  private long lastSentNanos;
  private long lastWaitNanos;
  private long attempt;
  private long holdNanos;

  /** Each heartbeat announces a pause of this length; 0: none. */
  void hold(long nanos) {
    holdNanos = nanos;
  }

  /** What was wanted since the last call. */
  List<String> drain() {
    List<String> drained = List.copyOf(log);
    log.clear();
    return drained;
  }

  long lastSentNanos() {
    return lastSentNanos;
  }

  long lastWaitNanos() {
    return lastWaitNanos;
  }

  /** The newest stream. */
  long attempt() {
    return attempt;
  }

  @Override
  public void connect(long attempt, String address) {
    this.attempt = attempt;
    log.add("connect " + attempt + " to " + address);
  }

  @Override
  public void sendRegister(long attempt, String sessionToken) {
    log.add("register " + attempt + (sessionToken.isEmpty() ? "" : " with " + sessionToken));
  }

  @Override
  public long sendHeartbeat(
      long attempt, long sequence, long sentNanos, long lateNanos, List<Long> tokensReleased) {
    lastSentNanos = sentNanos;
    String late = lateNanos == 0 ? "" : " late by " + millis(lateNanos);
    String releases = tokensReleased.isEmpty() ? "" : " releases " + tokensReleased;
    log.add("beat " + attempt + " #" + sequence + late + releases);
    return holdNanos;
  }

  @Override
  public void sendLeave(long attempt) {
    log.add("leave " + attempt);
  }

  @Override
  public void abandon(long attempt) {
    log.add("abandon " + attempt);
  }

  @Override
  public void keepGrant(Grant grant) {}

  @Override
  public void tellRegistered(Grant grant) {
    log.add("registered " + grant.incarnation());
  }

  @Override
  public void tellExpired() {
    log.add("expired");
  }

  @Override
  public void tellRestored() {
    log.add("restored");
  }

  @Override
  public void tellSuperseded(StreamEnd end) {
    log.add("superseded " + end.code());
  }

  @Override
  public void tellFailed(StreamEnd end) {
    log.add("failed " + end.code());
  }

  @Override
  public void tellDisconnected(StreamEnd end, long retryInNanos) {
    lastWaitNanos = retryInNanos;
    log.add("disconnected " + end.code() + ", back in " + millis(retryInNanos));
  }

  private static String millis(long nanos) {
    return nanos / 1_000_000 + " ms";
  }
}
