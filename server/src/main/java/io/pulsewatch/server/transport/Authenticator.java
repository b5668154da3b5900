package io.pulsewatch.server.transport;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at credentials, whichever way they came: gRPC's metadata and HTTP's headers both carry
 * {@code authorization: Bearer TOKEN}. Thread-safe; never blocks.
 */
public interface Authenticator {
  /** Lets everybody do everything. */
  Authenticator OPEN = new Everybody();

  /**
   * Looks at credentials; {@link Access#allowing} then tells what they are good for.
   *
   * @param authorization the value of that header as it came; null: there was none
   */
  Access check(@Nullable String authorization);

  /**
   * Keeps an eye on a pass for as long as something goes on under it: a stream, a watch.
   *
   * @param told why it ends: the pass expired, was withdrawn, or lost this right. Called at the
   *     most once, about a second late, on any thread; must not block. It may still be called while
   *     {@link Hold#release} is.
   */
  Hold follow(Access.Pass pass, Right right, Consumer<Access.Denied> told);

  /** The eye on one pass. Thread-safe. */
  interface Hold {
    /** Where nothing can end. */
    Hold NONE = () -> {};

    /** Looks away. Idempotent. */
    void release();
  }

  /** The authenticator that needs no credentials. Immutable. */
  final class Everybody implements Authenticator {
    private Everybody() {}

    @Override
    public Access check(@Nullable String authorization) {
      return Access.Pass.EVERYBODY;
    }

    @Override
    public Hold follow(Access.Pass pass, Right right, Consumer<Access.Denied> told) {
      return Hold.NONE;
    }
  }
}
