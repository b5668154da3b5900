package io.pulsewatch.cli;

import io.grpc.Status;
import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.client.Registration;
import io.pulsewatch.client.SenderListener;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Says what happens to a sender, each trouble once a minute. Confined to the sender's thread for
 * callbacks, but for {@link #end}, which is thread-safe.
 */
final class BeatReport implements SenderListener {
  private static final Duration REPEAT = Duration.ofMinutes(1);

  private final Surroundings surroundings;
  private final String servers;
  private final boolean wraps;
  private final CompletableFuture<String> end = new CompletableFuture<>();

  private Status.@Nullable Code trouble;
  private Instant told = Instant.MIN;

  /**
   * Makes one.
   *
   * @param servers as the user wrote them
   * @param wraps whether a command runs, whatever becomes of the sender
   */
  BeatReport(Surroundings surroundings, String servers, boolean wraps) {
    this.surroundings = surroundings;
    this.servers = servers;
    this.wraps = wraps;
  }

  /** Done with a reason to leave, or fails when the sender gave up for good. */
  CompletableFuture<String> end() {
    return end;
  }

  @Override
  public void onRegistered(Registration registration) {
    if (!wraps || trouble != null) {
      surroundings.say(
          String.format(
              "%s/%s is registered with %s: beats every %s, dead after %s of silence",
              registration.service(),
              registration.instanceId(),
              servers,
              Spans.exact(registration.interval()),
              Spans.exact(registration.timeout())));
    }
    trouble = null;
  }

  @Override
  public void onRestored() {
    surroundings.say("heard again, in time: the same incarnation goes on");
    trouble = null;
  }

  @Override
  public void onExpired() {
    surroundings.say("this incarnation is not current any more: the server may call it dead");
  }

  @Override
  public void onDisconnected(PulsewatchException cause, Duration retryIn) {
    Instant now = surroundings.clock().instant();
    if (cause.code() == trouble && now.isBefore(told.plus(REPEAT))) {
      return;
    }
    trouble = cause.code();
    told = now;
    surroundings.say(
        (cause.code() == Status.Code.UNAVAILABLE ? "cannot reach " + servers + ": " : "")
            + Failures.words(cause)
            + (wraps ? "; trying again, the command runs all the same" : "; trying again"));
  }

  @Override
  public void onRejected(String reason, String description) {
    surroundings.say("refused: " + description);
  }

  @Override
  public void onSuperseded(PulsewatchException cause) {
    giveUp(cause);
  }

  @Override
  public void onFailed(PulsewatchException cause) {
    giveUp(cause);
  }

  private void giveUp(PulsewatchException cause) {
    CommandException failure = Failures.of(cause, servers);
    if (wraps) {
      surroundings.say(failure.line() + "; no more heartbeats, the command runs all the same");
    }
    end.completeExceptionally(failure);
  }
}
