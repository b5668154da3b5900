package io.pulsewatch.server.web;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;

/**
 * A status of the contract as HTTP tells it: code and reason as gRPC has them, in JSON. Immutable.
 *
 * @param retrySeconds as RetryInfo said, rounded up; 0: it did not
 */
record Failure(Status.Code code, String reason, String message, long retrySeconds) {
  private static final int CLIENT_CLOSED = 499;

  static Failure of(Throwable error) {
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    if (status == null) {
      Status plain = Status.fromThrowable(error);
      return new Failure(plain.getCode(), plain.getCode().name(), text(plain), 0);
    }
    Status.Code code = Status.fromCodeValue(status.getCode()).getCode();
    String reason = code.name();
    long retry = 0;
    for (Any detail : status.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          reason = detail.unpack(ErrorInfo.class).getReason();
        } else if (detail.is(RetryInfo.class)) {
          RetryInfo said = detail.unpack(RetryInfo.class);
          int more = said.getRetryDelay().getNanos() > 0 ? 1 : 0;
          retry = Math.max(1, said.getRetryDelay().getSeconds() + more);
        }
      } catch (InvalidProtocolBufferException impossible) {
        throw new IllegalStateException("a detail of our own making", impossible);
      }
    }
    return new Failure(code, reason, status.getMessage(), retry);
  }

  /** As an answer. */
  WebAnswer answer() {
    WebAnswer answer = WebAnswer.json(status(), json() + "\n");
    if (retrySeconds > 0) {
      answer = answer.with("retry-after", Long.toString(retrySeconds));
    }
    return code == Status.Code.UNAUTHENTICATED
        ? answer.with("www-authenticate", "Bearer realm=\"pulsewatch\"")
        : answer;
  }

  /** One line, without its end. */
  String json() {
    return "{\"code\":"
        + Json.quoted(code.name())
        + ",\"reason\":"
        + Json.quoted(reason)
        + ",\"message\":"
        + Json.quoted(message)
        + "}";
  }

  /** As google/rpc/code.proto maps them. */
  int status() {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> CLIENT_CLOSED;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  private static String text(Status status) {
    String text = status.getDescription();
    return text == null ? status.getCode().name() : text;
  }
}
