package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One call's credentials, with their end and their replacement in any order. */
final class StreamPassTest {
  private static final Access.Denied OVER = new Access.Denied(Access.Reason.TOKEN_EXPIRED, "over");

  private final List<Consumer<Access.Denied>> followed = new ArrayList<>();
  private final Queue<Runnable> thread = new ArrayDeque<>();
  private final List<Access.Denied> ends = new ArrayList<>();
  private int released;
  private final StreamPass pass = new StreamPass(new Known(), Right.BEAT, thread::add, ends::add);

  @Test
  void theEndOfItsPassIsTold() {
    pass.follow(pass("first"));
    followed.get(0).accept(OVER);
    assertThat(ends).as("on its own thread only").isEmpty();
    run();
    assertThat(ends).containsExactly(OVER);
  }

  /** The end was on its way when the new token came. */
  @Test
  void theEndOfAPassThatWasReplacedIsNoNews() {
    pass.follow(pass("first"));
    followed.get(0).accept(OVER);
    assertThat(pass.replace("good")).isNull();
    run();
    assertThat(ends).isEmpty();
    assertThat(released).isEqualTo(1);
    followed.get(1).accept(OVER);
    run();
    assertThat(ends).containsExactly(OVER);
  }

  @Test
  void aBadTokenReplacesNothing() {
    pass.follow(pass("first"));
    assertThat(pass.replace("bad")).isEqualTo(OVER);
    assertThat(released).isZero();
    followed.get(0).accept(OVER);
    run();
    assertThat(ends).containsExactly(OVER);
  }

  @Test
  void nothingIsToldAfterTheCall() {
    pass.follow(pass("first"));
    followed.get(0).accept(OVER);
    pass.release();
    run();
    assertThat(ends).isEmpty();
    assertThat(released).isEqualTo(1);
  }

  private void run() {
    for (Runnable task = thread.poll(); task != null; task = thread.poll()) {
      task.run();
    }
  }

  private static Access.Pass pass(String id) {
    return new Access.Pass("test", id, Set.of(Right.BEAT));
  }

  /** Knows one good token. */
  private final class Known implements Authenticator {
    @Override
    public Access check(@Nullable String authorization) {
      return "Bearer good".equals(authorization) ? pass("second") : OVER;
    }

    @Override
    public Hold follow(Access.Pass followedPass, Right right, Consumer<Access.Denied> told) {
      followed.add(told);
      return () -> released++;
    }
  }
}
