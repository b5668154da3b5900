package io.pulsewatch.server.transport;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts calls by the status with which they ended, refused ones too. A message costs nothing.
 *
 * <p>Thread-safe.
 */
public final class CallMeter extends ServerStreamTracer.Factory {
  /** By the value of the code. */
  private final LongAdder[] ended = new LongAdder[Status.Code.values().length];

  /** One for all calls: it keeps nothing of them. */
  private final ServerStreamTracer tracer =
      new ServerStreamTracer() {
        @Override
        public void streamClosed(Status status) {
          ended[status.getCode().value()].increment();
        }
      };

  public CallMeter() {
    Arrays.setAll(ended, code -> new LongAdder());
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return tracer;
  }

  /** Since the start, without codes that never occurred. */
  public Map<Status.Code, Long> ended() {
    Map<Status.Code, Long> counts = new EnumMap<>(Status.Code.class);
    for (Status.Code code : Status.Code.values()) {
      long count = ended[code.value()].sum();
      if (count > 0) {
        counts.put(code, count);
      }
    }
    return counts;
  }
}
