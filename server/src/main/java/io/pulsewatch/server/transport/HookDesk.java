package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.TestHookRequest;
import io.pulsewatch.v1.TestHookResponse;

/** What operators ask of hooks. No call waits; each is answered once. */
public interface HookDesk {
  /** A server without hooks. */
  HookDesk NONE =
      new HookDesk() {
        @Override
        public void list(ListHooksRequest request, StreamObserver<ListHooksResponse> response) {
          if (request.getName().isEmpty()) {
            response.onNext(ListHooksResponse.getDefaultInstance());
            response.onCompleted();
          } else {
            response.onError(unknown(request.getName()));
          }
        }

        @Override
        public void test(TestHookRequest request, StreamObserver<TestHookResponse> response) {
          response.onError(unknown(request.getName()));
        }

        @Override
        public void replay(ReplayHookRequest request, StreamObserver<ReplayHookResponse> response) {
          response.onError(unknown(request.getName()));
        }
      };

  void list(ListHooksRequest request, StreamObserver<ListHooksResponse> response);

  void test(TestHookRequest request, StreamObserver<TestHookResponse> response);

  void replay(ReplayHookRequest request, StreamObserver<ReplayHookResponse> response);

  /** There is no hook of this name. */
  static StatusRuntimeException unknown(String name) {
    return Statuses.of(
        Status.Code.NOT_FOUND,
        "UNKNOWN_HOOK",
        "This server has no hook '" + name + "'. Hooks are configured where it is started.");
  }
}
