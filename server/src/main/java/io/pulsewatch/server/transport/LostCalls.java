package io.pulsewatch.server.transport;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells streams that their calls are lost, and nobody else. The stub would, besides, make each of
 * them an exception with a stack trace, and thousands are lost in one instant.
 *
 * <p>Thread-safe; a call's listener is confined to the call's thread.
 */
final class LostCalls implements ServerInterceptor {
  private static final Context.Key<Listener<?>> KEY = Context.key("lost-calls");

  /** The call that starts here, if it is a stream, tells of its loss there; to be said once. */
  static void onLoss(Runnable handler) {
    Objects.requireNonNull(KEY.get(), "a stream that does not come through here").handler = handler;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    Listener<Q> listener = new Listener<>();
    Context context = Context.current().withValue(KEY, listener);
    Context before = context.attach();
    try {
      listener.call = next.startCall(call, headers);
    } finally {
      context.detach(before);
    }
    return listener;
  }

  private static final class Listener<Q> extends ForwardingServerCallListener<Q> {
    private ServerCall.@Nullable Listener<Q> call;
    private @Nullable Runnable handler;

    @Override
    protected ServerCall.Listener<Q> delegate() {
      return Objects.requireNonNull(call);
    }

    @Override
    public void onCancel() {
      Runnable told = handler;
      if (told == null) {
        super.onCancel();
      } else {
        told.run();
      }
    }
  }
}
