package io.pulsewatch.server.hook;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.transport.HookDesk;
import io.pulsewatch.server.transport.Statuses;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Takes what operators ask to the hooks' thread. Thread-safe. */
public final class HookCalls implements HookDesk {
  private final Hooks hooks;
  private final Executor home;
  private final BooleanSupplier isBroken;

  /**
   * Creates the way.
   *
   * @param home runs tasks on the hooks' thread
   * @param isBroken whether that has ended; any thread
   */
  public HookCalls(Hooks hooks, Executor home, BooleanSupplier isBroken) {
    this.hooks = hooks;
    this.home = home;
    this.isBroken = isBroken;
  }

  @Override
  public void list(ListHooksRequest request, StreamObserver<ListHooksResponse> response) {
    ask(response, () -> hooks.list(request, response));
  }

  @Override
  public void test(TestHookRequest request, StreamObserver<TestHookResponse> response) {
    ask(response, () -> hooks.test(request, response));
  }

  @Override
  public void replay(ReplayHookRequest request, StreamObserver<ReplayHookResponse> response) {
    ask(response, () -> hooks.replay(request, response));
  }

  private void ask(StreamObserver<?> response, Runnable task) {
    if (isBroken.getAsBoolean()) {
      response.onError(
          Statuses.of(
              Status.Code.INTERNAL,
              "HOOKS_BROKEN",
              "The hooks of this server broke; its log says how. A restart brings them back."));
    } else {
      home.execute(task);
    }
  }
}
