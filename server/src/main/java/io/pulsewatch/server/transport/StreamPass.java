package io.pulsewatch.server.transport;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that one call lives on for as long as it is open. Confined to the call's thread,
 * where its end is told, too.
 */
public final class StreamPass {
  private final Authenticator authenticator;
  private final Right right;
  private final Executor thread;
  private final Consumer<Access.Denied> onEnd;
  private Authenticator.Hold hold = Authenticator.Hold.NONE;

  /** Counts the passes, so that the end of one that was replaced meanwhile is no news. */
  private int number;

  /**
   * Follows nothing yet.
   *
   * @param thread where this is confined to
   * @param onEnd told there, at the most once, when the pass is good no more
   */
  public StreamPass(
      Authenticator authenticator, Right right, Executor thread, Consumer<Access.Denied> onEnd) {
    this.authenticator = authenticator;
    this.right = right;
    this.thread = thread;
    this.onEnd = onEnd;
  }

  /** Lives on this one from now on. */
  public void follow(Access.Pass pass) {
    hold.release();
    number++;
    int mine = number;
    hold =
        authenticator.follow(pass, right, denied -> thread.execute(() -> onDenied(mine, denied)));
  }

  /** Takes a new token in place of the old one. Returns why not; the old one counts on then. */
  public Access.@Nullable Denied replace(String token) {
    Access access = authenticator.check("Bearer " + token).allowing(right);
    if (access instanceof Access.Denied denied) {
      return denied;
    }
    follow((Access.Pass) access);
    return null;
  }

  /** The call is over. Idempotent. */
  public void release() {
    number++;
    hold.release();
  }

  private void onDenied(int ofNumber, Access.Denied denied) {
    if (ofNumber == number) {
      onEnd.accept(denied);
    }
  }
}
