package io.pulsewatch.server.transport;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.Map;

/** Every status that ends a call: a code, a machine-readable reason, and words with the remedy. */
public final class Statuses {
  static final String DOMAIN = "pulsewatch.io";
  private static final long NO_RETRY = -1;

  /** Where gRPC's own helpers look for the details. */
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private Statuses() {}

  public static StatusRuntimeException of(Status.Code code, String reason, String description) {
    return of(code, reason, description, NO_RETRY);
  }

  /** With a RetryInfo: try again after so long, with jitter. */
  public static StatusRuntimeException of(
      Status.Code code, String reason, String description, long retryNanos) {
    return of(code, reason, description, retryNanos, Map.of());
  }

  /** With what else a program may want to know, by name. */
  static StatusRuntimeException of(
      Status.Code code,
      String reason,
      String description,
      long retryNanos,
      Map<String, String> metadata) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(description);
    status.addDetails(
        Any.pack(
            ErrorInfo.newBuilder()
                .setDomain(DOMAIN)
                .setReason(reason)
                .putAllMetadata(metadata)
                .build()));
    if (retryNanos != NO_RETRY) {
      status.addDetails(
          Any.pack(RetryInfo.newBuilder().setRetryDelay(Nanos.duration(retryNanos)).build()));
    }
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, status.build());
    return new Stackless(code.toStatus().withDescription(description), trailers);
  }

  /** Says all there is to say: where it was made is no news, and thousands may be made at once. */
  private static final class Stackless extends StatusRuntimeException {
    private static final long serialVersionUID = 1;

    Stackless(Status status, Metadata trailers) {
      super(status, trailers);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it does nothing
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The kernel refused. */
  static StatusRuntimeException of(Answer.Refused refused) {
    InstanceKey key = refused.key();
    return switch (refused.refusal()) {
      case HOLDER_ALIVE ->
          of(
              Status.Code.ALREADY_EXISTS,
              "HOLDER_ALIVE",
              key
                  + " is held by another live process. Retry (a ghost is gone within its timeout),"
                  + " choose another instance_id, or set on_conflict to TAKE_OVER.",
              refused.retryNanos());
      case SESSION_OVER ->
          of(
              Status.Code.NOT_FOUND,
              "SESSION_OVER",
              "The session of "
                  + key
                  + " is over. Register afresh, without session_token; it gets a new incarnation.");
      case UNKNOWN_INSTANCE ->
          of(
              Status.Code.NOT_FOUND,
              "UNKNOWN_INSTANCE",
              key + " is not known here: never registered, or removed after its retention.");
      case SUPERSEDED ->
          of(
              Status.Code.ABORTED,
              "SUPERSEDED",
              "A newer incarnation took the name " + key + ". Stop: another process owns it.");
      case STREAM_REPLACED ->
          of(
              Status.Code.ABORTED,
              "STREAM_REPLACED",
              "The session of " + key + " goes on elsewhere. Drop this stream.");
      case STILL_LIVE ->
          of(
              Status.Code.FAILED_PRECONDITION,
              "STILL_LIVE",
              key + " is live. Only a DEAD or LEFT instance can be removed; stop it first.");
      case LIMIT_INSTANCES ->
          of(
              Status.Code.RESOURCE_EXHAUSTED,
              "LIMIT_INSTANCES",
              "This server knows as many instances as it may. Remove ended ones, or raise"
                  + " max_instances.",
              refused.retryNanos());
      case LIMIT_OVERRIDES ->
          of(
              Status.Code.RESOURCE_EXHAUSTED,
              "LIMIT_OVERRIDES",
              "This server keeps as many overrides as it may. Clear some, or raise max_overrides.",
              refused.retryNanos());
      case LIMIT_ROLES ->
          of(
              Status.Code.RESOURCE_EXHAUSTED,
              "LIMIT_ROLES",
              key
                  + " stands for more than there is room for: as many roles are known here, or as"
                  + " many stand for one of its roles, as may. Raise max_roles or"
                  + " max_role_candidates, or stand for others.",
              refused.retryNanos());
      case LEDGER_AWAY ->
          of(
              Status.Code.UNAVAILABLE,
              "LEDGER_AWAY",
              "The disk of this server does not answer, and nobody is registered whom it could"
                  + " forget. Come back; whoever runs it finds the reason in its log.",
              refused.retryNanos());
    };
  }

  /** Credentials are missing, no good, or not good for this. */
  public static StatusRuntimeException of(Access.Denied denied) {
    return of(
        denied.reason().isUnauthenticated()
            ? Status.Code.UNAUTHENTICATED
            : Status.Code.PERMISSION_DENIED,
        denied.reason().name(),
        denied.description());
  }

  public static StatusRuntimeException invalid(String reason, String description) {
    return of(Status.Code.INVALID_ARGUMENT, reason, description);
  }

  /** How a stream was lost, as evidence. */
  static String loss(Throwable error) {
    String message = error.getMessage();
    return Status.fromThrowable(error).getCode() + (message == null ? "" : ": " + message);
  }
}
