package io.pulsewatch.server.transport;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;

/**
 * Lets calls in by what their metadata carries, before a message of theirs is read.
 *
 * <p>Of a stream the pass is known while its call starts and not later, so its messages cost
 * nothing more. Thread-safe.
 */
public final class Gate implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Access.Pass> PASS =
      Context.keyWithDefault("pass", Access.Pass.EVERYBODY);

  private final Authenticator authenticator;
  private final RefusalLog refusals;

  public Gate(Authenticator authenticator, RefusalLog refusals) {
    this.authenticator = authenticator;
    this.refusals = refusals;
  }

  /** The pass of the call that starts here, or of the unary call that is handled here. */
  public static Access.Pass current() {
    return PASS.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MethodNeeds.Need need = MethodNeeds.of(call.getMethodDescriptor().getFullMethodName());
    Access access = need.of(authenticator.check(headers.get(AUTHORIZATION)));
    if (access instanceof Access.Pass pass) {
      return enter(pass, call, headers, next);
    }
    Access.Denied denied = (Access.Denied) access;
    if (need == MethodNeeds.Need.WATCH_LATER && denied.reason() == Access.Reason.TOKEN_MISSING) {
      return enter(Access.Pass.NOBODY, call, headers, next);
    }
    if (need == MethodNeeds.Need.WATCH_OTHERS) {
      return new ItselfOnly<>(call, next.startCall(call, headers), denied);
    }
    close(call, denied);
    return new ServerCall.Listener<>() {};
  }

  private static <Q, A> ServerCall.Listener<Q> enter(
      Access.Pass pass, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Context.current().withValue(PASS, pass);
    if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return Contexts.interceptCall(context, call, headers, next);
    }
    Context before = context.attach();
    try {
      return next.startCall(call, headers);
    } finally {
      context.detach(before);
    }
  }

  private void close(ServerCall<?, ?> call, Access.Denied denied) {
    refusals.onRefused(
        denied,
        call.getMethodDescriptor().getFullMethodName(),
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    StatusRuntimeException status = Statuses.of(denied);
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Without a pass, of all names only that of Pulsewatch itself. Confined to the call. */
  private final class ItselfOnly<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final Access.Denied denied;
    private boolean refused;

    ItselfOnly(ServerCall<Q, ?> call, ServerCall.Listener<Q> next, Access.Denied denied) {
      super(next);
      this.call = call;
      this.denied = denied;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof HealthCheckRequest request && request.getService().isEmpty()) {
        super.onMessage(message);
      } else {
        refused = true;
        close(call, denied);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }
}
