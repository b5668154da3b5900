package io.pulsewatch.client.transport;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.pulsewatch.client.session.StreamEnd;
import io.pulsewatch.client.session.Terms;

/** The one place where a gRPC status becomes what the client makes of it. */
public final class StreamEnds {
  private static final String STREAM_REPLACED = "STREAM_REPLACED";

  private StreamEnds() {}

  /** The server ended the stream without an error. */
  public static StreamEnd completed() {
    return new StreamEnd(
        StreamEnd.Kind.CUT, "UNAVAILABLE", "", "the server ended the stream", Terms.UNSET);
  }

  /** Translates what a stream or call ended with. */
  public static StreamEnd of(Throwable thrown) {
    Status status = Status.fromThrowable(thrown);
    Metadata trailers = Status.trailersFromThrowable(thrown);
    String reason = "";
    long retryAfterNanos = Terms.UNSET;
    if (trailers != null) {
      com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
      for (Any detail : details.getDetailsList()) {
        try {
          if (detail.is(ErrorInfo.class)) {
            reason = detail.unpack(ErrorInfo.class).getReason();
          } else if (detail.is(RetryInfo.class)) {
            RetryInfo retry = detail.unpack(RetryInfo.class);
            if (retry.hasRetryDelay()) {
              retryAfterNanos = Durations.toNanos(retry.getRetryDelay());
            }
          }
        } catch (InvalidProtocolBufferException ignored) {
          // A detail that cannot be read is no detail; the code alone still counts.
        }
      }
    }
    return new StreamEnd(
        kindOf(status.getCode(), reason),
        status.getCode().name(),
        reason,
        describe(status),
        retryAfterNanos);
  }

  // The table of the contract. UNAUTHENTICATED is retried: a channel factory may bring fresh
  // credentials. UNIMPLEMENTED too: a proxy may answer it while a server is being replaced.
  private static StreamEnd.Kind kindOf(Status.Code code, String reason) {
    return switch (code) {
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
          StreamEnd.Kind.CUT;
      case RESOURCE_EXHAUSTED, UNAUTHENTICATED, UNIMPLEMENTED -> StreamEnd.Kind.REFUSED;
      case ALREADY_EXISTS -> StreamEnd.Kind.NAME_HELD;
      case NOT_FOUND -> StreamEnd.Kind.SESSION_OVER;
      // STREAM_REPLACED: a register of ours that was late on its way took the session's stream
      // over.
      case ABORTED ->
          reason.equals(STREAM_REPLACED) ? StreamEnd.Kind.REFUSED : StreamEnd.Kind.SUPERSEDED;
      case INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE ->
          StreamEnd.Kind.NOT_ALLOWED;
    };
  }

  private static String describe(Status status) {
    String description = status.getDescription();
    Throwable cause = status.getCause();
    if (description == null) {
      return cause == null ? "no description" : cause.toString();
    }
    return cause == null || cause.getMessage() == null
        ? description
        : description + ": " + cause.getMessage();
  }
}
