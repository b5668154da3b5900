package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as a client reads it.
 *
 * @param reason of its ErrorInfo; empty where there is none
 * @param domain of its ErrorInfo; empty where there is none
 * @param retryDelay of its RetryInfo; null where there is none
 * @param metadata of its ErrorInfo
 */
public record Fault(
    Status.Code code,
    String reason,
    String domain,
    String description,
    @Nullable Duration retryDelay,
    Map<String, String> metadata) {
  static final Fault NONE = new Fault(Status.Code.OK, "", "", "", null, Map.of());

  /** Reads what a client's observer was told. */
  public static Fault of(Throwable error) {
    Status status = Status.fromThrowable(error);
    String text = status.getDescription() == null ? "" : status.getDescription();
    com.google.rpc.Status rich = StatusProto.fromThrowable(error);
    String reason = "";
    String domain = "";
    Duration retry = null;
    Map<String, String> metadata = Map.of();
    try {
      for (Any detail : rich == null ? java.util.List.<Any>of() : rich.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason = detail.unpack(ErrorInfo.class).getReason();
          domain = detail.unpack(ErrorInfo.class).getDomain();
          metadata = detail.unpack(ErrorInfo.class).getMetadataMap();
        } else if (detail.is(RetryInfo.class)) {
          retry = detail.unpack(RetryInfo.class).getRetryDelay();
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("details that nobody can read", e);
    }
    return new Fault(status.getCode(), reason, domain, text, retry, metadata);
  }

  /** Asserts the code and the reason; every error of ours names its domain. */
  public Fault is(Status.Code expected, String expectedReason) {
    assertThat(code).as(toString()).isEqualTo(expected);
    assertThat(reason).as(toString()).isEqualTo(expectedReason);
    assertThat(domain).as(toString()).isEqualTo("pulsewatch.io");
    return this;
  }

  /** Asserts that the description names these. */
  public Fault naming(String... words) {
    assertThat(description).contains(words);
    return this;
  }

  /** Asserts that it says when to come back. */
  public Fault withRetry() {
    assertThat(retryDelay).as(toString()).isNotNull();
    return this;
  }
}
