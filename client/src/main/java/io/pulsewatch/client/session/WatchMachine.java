package io.pulsewatch.client.session;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The course of one watcher: connect, notice silence, back off, and go on from its token. Confined
 * to the thread that drives it, as {@link SenderMachine}.
 */
public final class WatchMachine {
  private static final long CAP_NANOS = 5_000_000_000L;
  private static final long DEFAULT_BOOKMARK_NANOS = 10_000_000_000L;
  private static final long SILENCE_MARGIN_NANOS = 1_000_000_000L;

  /** A stream that lived so long earns a first retry at once. */
  private static final long STABLE_NANOS = 1_000_000_000L;

  private enum Phase {
    WAITING,
    CONNECTING,
    OPEN,
    OVER
  }

  private final WatchActions actions;
  private final Servers servers;
  private final Backoff backoff;
  private final Attempts attempts = new Attempts();
  private final Silence silence = new Silence();
  private final long silenceLimitNanos;

  private Phase phase = Phase.WAITING;
  private String resumeToken;
  private long retryAtNanos;
  private boolean dismissed;
  private long returnAtNanos;

  /**
   * Makes one.
   *
   * @param resumeToken where to go on from, may be empty
   * @param bookmarkNanos how often the server says something, or {@link Terms#UNSET}
   */
  public WatchMachine(
      List<String> servers,
      String resumeToken,
      long bookmarkNanos,
      RandomGenerator random,
      WatchActions actions) {
    this.actions = actions;
    this.servers = new Servers(servers, random);
    this.resumeToken = resumeToken;
    backoff = new Backoff(random);
    long gap = bookmarkNanos == Terms.UNSET ? DEFAULT_BOOKMARK_NANOS : bookmarkNanos;
    silenceLimitNanos = 2 * gap + SILENCE_MARGIN_NANOS;
  }

  /** Begins. */
  public void start(long nowNanos) {
    connect(nowNanos);
  }

  /** Does what is due. */
  public void onTick(long nowNanos) {
    switch (phase) {
      case WAITING -> {
        if (nowNanos - retryAtNanos >= 0) {
          connect(nowNanos);
        }
      }
      case CONNECTING -> {
        if (attempts.ranOut(nowNanos)) {
          loseSilent(nowNanos - attempts.startedNanos(), nowNanos);
        }
      }
      case OPEN -> {
        if (dismissed && nowNanos - returnAtNanos >= 0) {
          actions.abandon(attempts.number());
          connect(nowNanos);
        } else if (silence.hasLasted(nowNanos)) {
          loseSilent(silence.lastedNanos(nowNanos), nowNanos);
        }
      }
      case OVER -> {}
    }
  }

  /**
   * A response came, and another is not asked for until {@link #onRequested}.
   *
   * @param token where to go on from, empty where it does not say
   * @return whether it is of the stream that counts
   */
  public boolean onResponse(long attempt, String token) {
    if (!isOpen(attempt)) {
      return false;
    }
    phase = Phase.OPEN;
    attempts.onAnswered();
    silence.end();
    if (!token.isEmpty()) {
      resumeToken = token;
    }
    return true;
  }

  /** The next response was asked for: from now on silence is the server's. */
  public void onRequested(long attempt, long nowNanos) {
    if (isOpen(attempt)) {
      silence.await(nowNanos, silenceLimitNanos);
    }
  }

  /** The server asks to come back later. */
  public void onGoodbye(long attempt, Goodbye goodbye, long nowNanos) {
    if (isOpen(attempt)) {
      dismissed = true;
      returnAtNanos =
          nowNanos + goodbye.reconnectAfterNanos() + backoff.upTo(goodbye.spreadNanos());
      servers.preferOneOf(goodbye.peers());
    }
  }

  /** A stream ended, or could not be opened. */
  public void onStreamEnded(long attempt, StreamEnd end, long nowNanos) {
    if (isOpen(attempt)) {
      lose(end, nowNanos);
    }
  }

  /** The application stops it. */
  public void onClose() {
    if (phase == Phase.CONNECTING || phase == Phase.OPEN) {
      actions.abandon(attempts.number());
    }
    phase = Phase.OVER;
  }

  /** Tells whether there is nothing left to do. */
  public boolean isOver() {
    return phase == Phase.OVER;
  }

  /** Time until the next tick is needed; 0 where it is needed now. */
  public long nextDelayNanos(long nowNanos) {
    long delay =
        switch (phase) {
          case WAITING -> retryAtNanos - nowNanos;
          case CONNECTING -> attempts.untilLimitNanos(nowNanos);
          case OPEN ->
              Math.min(
                  silence.untilLookNanos(nowNanos),
                  dismissed ? returnAtNanos - nowNanos : Long.MAX_VALUE);
          case OVER -> Long.MAX_VALUE;
        };
    return Math.max(0, delay);
  }

  private void connect(long nowNanos) {
    phase = Phase.CONNECTING;
    dismissed = false;
    silence.end();
    String address = servers.next();
    long attempt = attempts.begin(address, Attempts.UNHURRIED_NANOS, nowNanos);
    actions.connect(attempt, address, resumeToken);
  }

  private void loseSilent(long lastedNanos, long nowNanos) {
    lose(StreamEnd.silent("nothing", attempts.address(), lastedNanos), nowNanos);
  }

  private void lose(StreamEnd end, long nowNanos) {
    actions.abandon(attempts.number());
    if (phase == Phase.OPEN && nowNanos - attempts.startedNanos() - STABLE_NANOS >= 0) {
      backoff.reset();
    }
    if (end.kind() == StreamEnd.Kind.NOT_ALLOWED) {
      phase = Phase.OVER;
      actions.tellFailed(end);
      return;
    }
    phase = Phase.WAITING;
    long delay = delayNanos(end);
    if (dismissed) {
      delay = Math.max(delay, returnAtNanos - nowNanos);
    }
    retryAtNanos = nowNanos + delay;
    actions.tellDisconnected(end, delay);
  }

  private long delayNanos(StreamEnd end) {
    if (end.retryAfterNanos() >= 0) {
      return backoff.nextAfterNamed(end.retryAfterNanos(), CAP_NANOS);
    }
    if (dismissed) {
      return 0;
    }
    return end.kind() == StreamEnd.Kind.CUT
        ? backoff.next(CAP_NANOS)
        : backoff.nextAfterRefusal(CAP_NANOS);
  }

  private boolean isOpen(long attempt) {
    return attempt == attempts.number() && (phase == Phase.CONNECTING || phase == Phase.OPEN);
  }
}
